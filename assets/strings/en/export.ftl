export-title = Export
export-target = Folder
export-target-hint = Path of an empty folder
export-choose = Choose…
export-what = Content
export-what-all = Everything (each reader and the consensus)
export-what-consensus = Consensus only
export-formats = Formats
export-format-seg = DICOM SEG (masks with codes)
export-format-nifti = NIfTI label images
export-format-csv = CSV tables (open in Excel)
export-format-json = Dokuei JSON (everything)
export-do = Export
export-doing = Exporting…
export-done = { $count ->
    [one] { $count } file written.
   *[other] { $count } files written.
}
export-losses = What the formats could not hold
export-files = Files written
export-names-note = File names hold nothing about the patient. SEG carries the patient data of the source images.
export-choose-format = Choose a format to export
export-needs-folder = Choose a target folder to export
export-nothing-yet = Nothing was exported yet.
export-files-count = { $count } files
