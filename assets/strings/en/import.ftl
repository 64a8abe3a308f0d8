import-title = Import
import-drop = Drop a folder here or choose one.
import-path = Folder or file to import
import-path-hint = Path of a folder or file
import-scan = Scan
import-add = Add folder
import-add-files = Add files
import-stop = Stop
import-progress = { $done } / { $total } files
import-scanned = { $files } files, { $series } series
import-all = All
import-filter-all = All { $count }
import-filter-ready = Ready { $count }
import-filter-check = Check { $count }
import-filter-other = Other { $count }
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
import-skipped = Unreadable and other files
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
import-detail-date = Study date
import-detail-spacing = Pixel × spacing
import-detail-syntax = Transfer syntax
import-detail-name = Patient name
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
