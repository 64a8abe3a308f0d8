list-joint = {", "}
# Rules of a work (annotation_format::Error)
document-stale = This was not done: the content changed in the meantime. Please do it again.
document-unknown_finding = There is no finding { $name }.
document-unknown_label = The protocol has no label “{ $name }”.
document-unknown_attribute = The protocol has no attribute “{ $name }”.
document-unknown_field = The case form has no field “{ $name }”.
document-unknown_shape = Finding { $number } has no such shape.
document-finding_exists = A finding of this number is there already. Nothing was changed.
document-not_asked = “{ $name }” is not asked of the label “{ $label }”.
document-hidden = “{ $name }” is not asked here (its condition { $condition } is not met).
document-computed = “{ $name }” is computed and cannot be typed.
document-bad_value = “{ $name }” does not take this: { $why }.
document-geometry_not_allowed = The label “{ $label }” does not take { $kind } (it takes: { $allowed }).
document-derived_label = “{ $name }” is computed from other labels and cannot be drawn.
document-too_coarse = The label “{ $name }” is too coarse. Choose a finer one.
document-only_one = A case has only one finding of the label “{ $label }”. Use finding { $number }.
document-other_label = Finding { $number } has the label “{ $has }”, not “{ $wanted }”.
document-other_series = Finding { $number } lies on another series.
document-other_size = The mask ({ $has }) is not of the series' size ({ $wanted }).
document-locked = Finding { $number } is locked. Unlock it to change it.
document-bad_name = A name has no line breaks and no control characters.
document-exclusive = { $voxels ->
    [one] { $voxels } voxel belongs
   *[other] { $voxels } voxels belong
} to finding { $number } ({ $label }) already. The two may not overlap.
document-bad_shape = The shape cannot be placed: { $why }.
document-findings_exist = { $count ->
    [one] There is a finding. Delete it
   *[other] There are { $count } findings. Delete them
} before saying “No finding”.
document-text_too_long = The text is too long (at most { $limit } characters).
document-body_unreadable = Part of the saved edits cannot be read. Nothing else was changed. Tell the administrator and compare with a backup.
document-brick_unreadable = Part of a saved mask cannot be read. Nothing else was changed. Tell the administrator and compare with a backup.
document-other_protocol = This belongs to another protocol. Nothing was changed.
document-mask_refused = The mask cannot take this change. It is as it was.
geometry-mask = masks
geometry-polygon = polygons
geometry-polyline = polylines
geometry-box2d = boxes
geometry-box3d = 3-D boxes
geometry-ellipse = ellipses
geometry-line = lines
geometry-bidirectional = bidirectional measurements
geometry-point = points
geometry-span = spans
shape-no-extent = it has no extent
shape-not-finite = a coordinate is not a number
shape-other-kind = a shape stays of its kind
shape-outside = it lies outside the image
kind-bool = true or false
kind-choice = the id of one choice
kind-choices = a list of choices
kind-date = a day as YYYY-MM-DD
kind-decimal = a number
kind-integer = a whole number
kind-text = a text
value-day = a day is written YYYY-MM-DD
value-kind = { $kind } is expected
value-no-choice = choose at least one
value-no-number = there is no choice { $number }
value-range = { $number } is not within { $min } to { $max }
value-too-long = at most { $count } characters
value-unknown = “{ $value }” is none of { $known }
# Tool scripts
script-line = This is no tool's line ({ $why }).
script-tool = There is no tool “{ $name }”.
script-tool-later = The tool “{ $name }” is not yet in this version.
script-missing = The option { $option } is missing.
script-range = min ({ $min }) is above max ({ $max }).
script-no-value = The image has no value where the stroke begins.
script-share = { $option } goes from 0 to 1, not { $value }.
script-erase-range = An eraser does not look at values. Leave out min and max.
script-yes-no = The value is true or false, not { $value }.
script-color = { $value } is not a colour. Write it like #ff8000.
script-box = A box has two points.
script-point = A point is one point.
script-radius = radius_mm is { $radius }, not within { $least } to { $greatest }.
script-plane = There is no plane “{ $name }”.
script-coordinates = A point in a plane has two coordinates.
script-geometry = The mask does not lie on the grid of the image: { $why }.
script-grid-size = { $has } voxels, not { $wanted }
script-grid-place = voxel { $voxel } of the mask lies between the image's voxels
# Files
file-refused = A file cannot be read or written: { $why }.
file-unreadable = { $path } cannot be read: { $why }.
write-io = { $path } cannot be written: { $why }.
write-nothing = There is no segment to write.
write-no-dicom = The series is not DICOM: there are no images to refer to.
write-plane-count = { $found } slices are described, the image has { $expected }.
write-size = Segment { $segment } ({ $found }) is not of the series' size ({ $expected }).
write-uneven = Slice spacing is uneven: the format cannot hold it.
write-sheared = The slices are sheared (gantry tilt): MetaImage cannot hold it. NIfTI and NRRD can.
write-not-sixteen-bits = PNG holds whole numbers of 16 bits, the stored values here go from { $min } to { $max }. NIfTI, NRRD and MetaImage hold them.
write-too-large = The format's limit of { $limit } is exceeded ({ $value }).
write-not-ours = { $path } was not written by Dokuei and was left as it is. Choose another folder.
write-sample-type = Sample images are written from signed 16-bit samples only.
write-format = This is no annotation file of Dokuei ({ $why }).
write-dicom = DICOM cannot be written ({ $why }).
write-table = The table cannot be written ({ $why }).
write-json = JSON cannot be read or written ({ $why }).
# Pictures
picture-plane = There is no plane { $index } ({ $count } in all).
picture-size = A picture of { $width } × { $height } px cannot be made.
picture-directions = The view's directions do not span a plane.
picture-length = { $name } must be a number above 0 ({ $value }).
picture-no-adapter = There is no GPU to use. The CPU can show it.
picture-above-limit = The volume is above the GPU's limit of { $limit } ({ $needed }). The CPU can show it.
picture-device = The GPU could not draw. The CPU can show it.
# What formats could not hold
loss-shapes = { $format }: { $count ->
    [one] { $count } box, point or other shape is
   *[other] { $count } boxes, points and other shapes are
} not in it.
loss-attributes = { $format }: { $count ->
    [one] { $count } attribute value of a finding is
   *[other] { $count } attribute values of findings are
} not in it.
loss-comments = { $format }: { $count ->
    [one] { $count } comment is
   *[other] { $count } comments are
} not in it.
loss-case_form = { $format }: { $count ->
    [one] { $count } field of the case form is
   *[other] { $count } fields of the case form are
} not in it.
loss-overlap = { $format }: { $count ->
    [one] { $count } voxel is
   *[other] { $count } voxels are
} hidden by overlap in the common label image (each label's own file holds them).
loss-no_segment = { $format }: no file was made, because no finding has voxels.
loss-no_dicom_source = { $format }: no file was made, because the source is not DICOM.
loss-uneven_planes = { $format }: no file was made, because slice spacing is uneven.
loss-undecided = The consensus of a case was not exported: { $count ->
    [one] { $count } difference is
   *[other] { $count } differences are
} not decided.
# Damage found by verifying
verify-database = The database is damaged.
verify-schema = The database is not built as this version builds it.
verify-chain = The audit chain is broken or was changed.
verify-event = An audit record was changed.
verify-row = A row does not agree with the audit records.
verify-journal = The history of edits lacks a part or was changed.
verify-brick = Data of a mask are missing or were changed.
verify-protocol = A protocol was changed or cannot be read.
verify-version = A submitted version does not agree with its history.
verify-checkpoint = A checkpoint does not agree with its history.
verify-series = The files of a series are not those that were imported.
verify-object_missing = An image file is missing.
verify-object_size = An image file is not as long as when it was imported.
verify-object_hash = An image file is not as it was when it was imported.
verify-missing = The file is missing.
verify-size = The file is not as long as it was.
verify-hash = The file was changed.
