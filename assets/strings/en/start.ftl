start-title = Projects
start-count = { $count }
start-filter = Name, region, modality
start-open = Open
start-new = New project
start-empty = No projects yet. Try the sample or create one.
start-col-name = Name
start-col-cases = Cases
start-col-readers = Readers
start-col-stage = Stage
start-col-progress = Progress
start-col-used = Last used
start-col-size = Size
start-cases = { $count ->
    [one] { $count } case
   *[other] { $count } cases
}
start-readers = { $count ->
    [one] { $count } reader
   *[other] { $count } readers
}
start-missing = Not found
start-stage-reading = Reading
start-stage-adjudication = Adjudication
start-stage-done = Done
start-stage-new = Set-up
start-protocol = Protocol { $version }
start-sample-title = Try the sample: lung nodules, 3 cases (synthetic images)
start-sample-text = Paint, measure, submit and adjudicate without any patient's images.
start-sample-open = Open sample
start-sample-making = Making the sample… { $percent } %
start-sample-size = 3 cases, about 190 MB, made on this computer
start-machine = This computer
start-machine-checked = checked { $time }
start-row-renderer = Renderer
start-row-save = Saving
start-row-network = Network
start-save-ok = Write checked ({ $ms } ms)
start-save-bad = Cannot write
start-network-none = None (fully offline)
start-begin = Begin
start-open-folder = Open by path
start-path = Project folder
start-path-hint = e.g. D:\Dokuei\Nodules
start-new-title = New project
start-new-name = Name
start-new-name-hint = e.g. Lung nodules 2026
start-new-folder = Folder
start-new-choose = Choose…
start-new-lead = Lead's name
start-new-pass = Passphrase
start-new-pass-hint = At least 12 characters or 5 words
start-new-pass-again = Once more
start-new-protocol = Protocol
start-new-protocol-builtin = Small standard protocol (nothing required)
start-new-make = Create
start-new-mismatch = The passphrases differ.
start-new-incomplete = Give a name, a folder, a lead and a passphrase.
start-today = Today { $time }
start-notices = Notices
start-no-notices = No notices.
start-row-space = Free space
start-space = { $free } of { $all }
