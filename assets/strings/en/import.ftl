import-title = Import
import-drop = Drop a folder here or choose one.
import-path = Folder or file to import
import-path-hint = Path of a folder or file
import-scan = Scan
import-add = Add folder
import-add-files = Add files
import-stop = Stop
import-stopped = Stopped early
import-scanning = Scanning…
import-ordering = { $total } files  Grouping into series…
import-more = { $count } more. “Save list” writes them all.
import-progress = { $done } / { $total } files  { $rate } files/s  { $left } s left
import-scanned = { $files } files  { $patients ->
    [one] { $patients } patient
   *[other] { $patients } patients
}  { $studies ->
    [one] { $studies } study
   *[other] { $studies } studies
}  { $series } series
import-all = All
import-filter-all = All { $count }
import-filter-ready = Ready { $count }
import-filter-check = Check { $count }
import-filter-other = Not images { $count }
import-filter-there = Imported { $count }
import-there = Imported { $number }
import-col-patient = Patient ID
import-col-modality = Type
import-col-study = Study
import-col-series = Series
import-col-images = Images
import-col-thickness = Spacing mm
import-col-size = Size
import-col-state = State
import-ready = Ready
import-check = Check
import-not-image = Not an image
import-problems = To check
import-problems-count = { $count }
import-no-problems = Nothing needs checking.
import-skipped = { $count } cannot be imported (the rest can)
import-selected = { $count } series chosen, { $images } images
import-do = Import
import-doing = Importing… { $done } / { $total }
import-done = { $cases ->
    [one] { $cases } case imported.
   *[other] { $cases } cases imported.
}
import-known = The same series is already there.
import-nothing = No images found ({ $files } files checked).
import-read-only-medium = Reads only; nothing is written to the medium
import-detail = Selected: { $name }
import-detail-date = Date
import-detail-spacing = Spacing
import-detail-syntax = Syntax
import-detail-type = Data type
import-detail-case = Case
import-case-next = Next number
import-case-of-group = { $number } (group { $group })
import-series-number = Series { $number }
import-detail-name = Patient
import-take = Import
list-encoding = The list is no text in UTF-8, UTF-16 or CP932 (Shift_JIS).
list-broken = Line { $line } of the list is no row of a table.
list-no-column = The list has neither a column “path” nor a column “uid”. Name one of them in its first line.
list-names-nothing = The line names neither a path nor a UID.
list-number = The case number “{ $value }” is no whole number from 1.
list-again = Line { $line } has named the same images already.
list-several-studies = { $count } studies are named, but case { $number } can be one only.
list-number-twice = Line { $line } gives the number { $number } to another study.
list-two-numbers = Line { $line } gives the same study another number.
list-two-groups = Line { $line } puts the same study into another group.
list-number-known = Case { $number } of the project is another study.
list-study-known = The study is case { $number } of the project already.
list-group-known = Case { $number } is in the project already; its group stays as it is.
list-no-image = What the line names holds no image.
list-unreadable = What the line names cannot be read: { $why }
list-nothing = Nothing of that name was found.
list-will = { $count ->
    [one] { $count } series comes in as a new case.
   *[other] { $count } series come in as new cases.
}
list-will-number = { $count ->
    [one] { $count } series comes in as case { $number }.
   *[other] { $count } series come in as case { $number }.
}
list-will-known = The study is there already as case { $number }; only new series come in.
import-col-picture = Image
import-search = Filter
import-order = Order
import-order-patient = Study, series
import-order-modality = Modality
import-order-images = Images
import-order-state = To be checked first
import-save-list = Save list
import-save-path = File to save to (CSV)
import-save = Save
import-saved = Saved { $count } lines to { $file }.
import-show = Details
import-chip-missing = Slices missing
import-chip-uneven = Uneven spacing
import-chip-sheared = Tilted stack
import-chip-duplicate = Duplicates
import-chip-repeat = Positions repeat
import-chip-text = Text encoding guessed
import-chip-burned-in = Text in pixels
import-chip-geometry = Geometry unusable
import-object-seg = Segmentation
import-object-sr = Structured report
import-object-rtstruct = RT structures
import-object-rtdose = RT dose
import-object-rtplan = RT plan
import-object-pr = Presentation state
import-object-ko = Key images
import-object-other = Not an image
import-tags = Show tags
import-tags-of = Tags: { $name }
import-tags-back = Back to the list
import-tags-search = Search tag, name, value
import-tags-reading = Reading the tags…
import-tags-none = No tag matches.
import-tags-before = Previous file
import-tags-after = Next file
import-tags-file = file { $at } of { $total }
import-tags-tag = Tag
import-tags-vr = VR
import-tags-name = Name
import-tags-value = Value
import-tags-private = private
import-tags-private-of = private: { $maker }
import-tags-cut = { $value } ({ $length } characters in all)
import-chip-unreadable = Unreadable image
import-add-list = Add CSV list
import-list-line = Line { $line }: { $text }
import-list-line-only = Line { $line }
import-list-facts = List { $name }: { $taken } of { $lines } lines can be imported ({ $refused } refused). Nothing changes until you import.
