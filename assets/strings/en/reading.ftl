reading-no-case = Open a case from the worklist.
reading-loading = Loading images… { $percent } %
reading-no-series = Choose a series at the left.
reading-tools = Tools
reading-labels = Labels
reading-display = Display
reading-hide-hint = Tab hides
reading-fill = Fill
reading-outline = Outline
reading-texts = Text
reading-measures = Measures
reading-assigned = { $at } / { $total }
reading-next-case = Next case
reading-preset = Window
reading-tab-findings = Findings { $count }
reading-tab-form = Case form
reading-tab-history = History
reading-tab-image = Image
reading-no-findings = No findings yet. Choose a label and paint; it appears here.
reading-no-finding-act = State “no finding”
reading-no-finding-said = No finding
reading-no-finding-undo = Undo “no finding”
reading-submitted-band = Submitted. To change it, ask the lead to reopen it.
reading-read-only-band = Read-only. Another window is writing.
reading-outside-band = Not in a project: nothing is saved
reading-attributes = Attributes of { $finding }
reading-select-finding = Select a finding to fill in its attributes.
reading-measurement = Measurements
reading-size = Long × short axis
reading-volume = Volume
reading-mean = Mean ± SD
reading-figures-dot = {" · "}
reading-slices = Slices
reading-computed = auto
reading-missing-one = { $finding }: “{ $item }” is empty
reading-missing-form = Case form: “{ $item }” is empty
reading-missing-empty = Mark a finding or state “no finding”
reading-missing-geometry = { $finding } has no geometry
reading-missing-other = { $finding }: { $item }
reading-missing-more = and { $count } more
reading-go = Go
reading-submit = Submit case
reading-submitted = Your submission is recorded. The lead opens the comparison after all have submitted.
reading-complete = Everything required is filled in
reading-history-empty = Nothing has been done yet.
reading-history-undone = undone
reading-delete = Delete this finding
reading-comment = Note
reading-comment-hint = Free text
reading-instruction = Criteria
reading-part-band = The rest of the images is being read. Painting within a range of values waits for it.
reading-paused = 20 changes could not be saved. The tools pause until they are.
reading-wrong-tool = This tool cannot be used with the label “{ $label }”.
reading-uncalibrated = Uncalibrated
reading-orientation-unknown = Orientation unknown
reading-lossy = Lossy
reading-image-count = Image { $at } / { $total }
reading-series-number = Series { $number }: { $name }
reading-series-short = { $number }: { $name }
reading-position = { $axis } { $mm } mm
reading-spacing = { $thickness } mm  { $pixel } mm/px
reading-no-spacing = Pixel size unknown (lengths in px)
reading-no-spacing-short = Pixel size unknown
reading-window = C { $center }  W { $width }
reading-zoom = Zoom { $factor }×
sex-m = male
sex-f = female
reading-age-years = { $count } y
reading-age-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
reading-age-weeks = { $count ->
    [one] { $count } week
   *[other] { $count } weeks
}
reading-age-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
window-file = As in the file
window-auto = Full range
window-lung = Lung
window-mediastinum = Mediastinum
window-bone = Bone
window-brain = Brain
plane-axial = Axial
plane-coronal = Coronal
plane-sagittal = Sagittal
plane-acquired = As acquired
info-patient = Patient name
info-patient-id = Patient ID
info-modality = Type
info-study = Study
info-series = Series
info-size = Size
info-spacing = Spacing
info-origin = Origin (LPS)
info-values = Range of values
info-problems = Warnings
info-no-problems = No problem found.
info-uid = Series UID
reading-viewport = Viewport 1
reading-viewport-number = Viewport { $number }
reading-viewport-second = Second window, viewport { $number }
reading-empty-viewport = Drag a series here.
reading-cross-place = Crosshair { $x }, { $y }, { $z } mm
reading-cross-pixel = Crosshair { $column }, { $row } px
reading-oblique = Oblique (near { $plane })
reading-lines = Reference lines
layout = Layout
layout-1x1 = One viewport (Ctrl 1)
layout-1x2 = Two side by side (Ctrl 2)
layout-2x1 = Two, one above the other (Ctrl 3)
layout-2x2 = Four viewports (Ctrl 4)
layout-1x3 = Three side by side
layout-3x2 = Six viewports
layout-planes = MPR
layout-planes-hint = Shows axial, sagittal and coronal together.
link = Link
link-off = Not linked
link-position = By position
link-offset = By offset
cine-start = Play
cine-stop = Pause
cine-rate = Cine rate
cine-close = Close cine
slab = Slab
slab-none = Off
slab-mean = Mean
slab-max = MIP
slab-min = MinIP
slab-thickness = Thickness
reading-slab = { $mode } { $mm } mm
color-map = Colour map
color-map-grey = Greyscale
color-map-hot = Hot
color-map-hot-iron = Hot iron
color-map-pet = PET
color-map-pet-steps = PET, 20 steps
color-map-spectrum = Spectrum
color-map-rainbow = Rainbow
reading-plane = Plane
reading-place = Position
window-own = Own window
reading-gpu-stopped = The GPU stopped. Your edits are saved. Continuing on the CPU (slower).
reading-gpu-stopped-unsaved = The GPU stopped. { $count ->
    [one] Your last change is
   *[other] Your last { $count } changes are
} in memory and safe while the window stays open. Continuing on the CPU (slower).

# Earlier studies beside the present one
prior = Prior
prior-none = Present only
prior-days = { $days } d before
prior-named = Prior ({ $when })
prior-only-looked-at = A prior study is only looked at. Mark findings on the present images.

# Structures that came with the images
structures = Structure set (RTSTRUCT)
structure-show = Show { $name }

# What a cine runs through
cine-through = Run through
cine-volumes = Volumes
cine-slices = Slices
structures-refused = { $count ->
    [one] The structure “{ $name }” cannot be shown: { $why }.
   *[other] { $count } structures cannot be shown; “{ $name }”: { $why }.
 }
structures-elsewhere = Structures that name another frame of reference than their images: { $count } ({ $name } …). Check where they lie.

# Frames of reference that only claim to agree
reading-apart = ⚠ About { $mm } mm off series { $name }?
saved-by-itself = Everything is saved automatically. Last saved { $time }
saved-nothing = There is nothing to save yet. Whatever you draw is saved automatically.
peek-nothing = There is no other image to peek at.
coverage-all-seen = Every slice of this stack has been seen.
coverage-image = Image { $image } / { $count }
coverage-seen = Seen { $percent } %
wheel-step = Wheel { $step } slices
reading-clock = Time spent on this case
reading-clock-hint = Time spent on this case; it pauses after 60 s without a movement. Click to hide it.
reading-history-hint = Press a row to go back to just after it. Going back is an edit too and can be undone.
reading-history-go-back = Go back to here
reading-history-others = { $finding } and { $count } more
reading-history-findings = { $count } findings
reading-history-beginning = Start
finding-name = Name of the finding
finding-rename = Rename
finding-color = Change its colour
finding-color-of-label = Colour of the label
finding-color-number = Colour { $number }
finding-lock = Lock
finding-unlock = Unlock
finding-solo = Show it alone, or all again
finding-show = Show { $name }
finding-hide = Hide { $name }
copy-done = The finding was copied. Paste it on another slice.
paste-nothing = No finding was copied. Choose one and copy it.
paste-other-grid = It cannot be pasted on a series with another grid. Paste it on its own series.
paste-no-room = There is no place for it: it would lie outside the image or on other findings.
