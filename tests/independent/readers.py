"""Voxels and affines as pydicom, nibabel and SimpleITK give them; nothing of this project is used.

An `Image` holds values[k, j, i] (or [k, j, i, channel] for colour) after the modality rescale, and the
matrix from voxel (i, j, k) to LPS mm.
"""
import glob
import os

import nibabel
import numpy as np
import pydicom
import SimpleITK


class Image:
    """values, affine (4 x 4, LPS), padding mask or None, and what is known of the stack."""

    def __init__(self, values, affine, padding=None, function="LINEAR_EXACT", invert=False):
        self.values = values
        self.affine = affine                # None: the file does not say where the image lies
        self.padding = padding
        self.function = function
        self.invert = invert
        self.origins = None                 # of each plane, where steps are not even

    @property
    def size(self):
        """Columns, rows, planes."""
        return list(self.values.shape[2::-1])

    @property
    def is_colour(self):
        return self.values.ndim == 4


def read(path):
    """The image of a file or of a folder with one DICOM series."""
    if os.path.isdir(path):
        names = sorted(n for n in glob.glob(os.path.join(path, "**"), recursive=True) if os.path.isfile(n))
        return dicom([pydicom.dcmread(name) for name in names])
    if path.endswith((".nii", ".nii.gz")):
        return nifti(path)
    if path.endswith((".nrrd", ".nhdr", ".mha", ".mhd")):
        return array_file(path)
    return dicom([pydicom.dcmread(path)])


def nifti(path):
    image = nibabel.load(path)
    data = np.asanyarray(image.dataobj)
    if data.dtype.fields:                   # RGB24
        data = np.stack([data[c] for c in "RGB"], axis=-1)
        return Image(data.transpose(2, 1, 0, 3), np.diag([-1.0, -1, 1, 1]) @ image.affine)
    data = np.asarray(image.dataobj, dtype=np.float64)
    while data.ndim < 3:
        data = data[..., None]
    assert data.ndim == 3, path
    return Image(data.transpose(2, 1, 0), np.diag([-1.0, -1, 1, 1]) @ image.affine)


def array_file(path):
    image = SimpleITK.ReadImage(path)
    assert image.GetDimension() == 3, path
    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    return Image(SimpleITK.GetArrayFromImage(image).astype(np.float64), affine)


def group(dataset, frame, name):
    """A functional group: of the frame, else shared; None where neither has it."""
    for holder in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        if holder in dataset and len(dataset[holder].value):
            items = dataset[holder].value
            item = items[frame if holder.startswith("Per") else 0]
            if name in item and len(item[name].value):
                return item[name].value[0]
    return None


def one_plane(dataset, frame, stored):
    """Values, padding, place (position, orientation, spacing or None) of one frame."""
    def of(name, attribute):
        item = group(dataset, frame, name)
        return item.get(attribute) if item is not None and attribute in item else dataset.get(attribute)

    position = of("PlanePositionSequence", "ImagePositionPatient")
    orientation = of("PlaneOrientationSequence", "ImageOrientationPatient")
    spacing = of("PixelMeasuresSequence", "PixelSpacing")
    place = None
    if position is not None and orientation is not None and spacing is not None:
        place = tuple(np.array([float(v) for v in part]) for part in (position, orientation, spacing))
    if dataset.SamplesPerPixel == 3:
        return stored, None, place
    slope = of("PixelValueTransformationSequence", "RescaleSlope")
    intercept = of("PixelValueTransformationSequence", "RescaleIntercept")
    stored = stored.astype(np.float64)
    values = stored * (1.0 if slope is None else float(slope)) + (0.0 if intercept is None else float(intercept))
    return values, padding_of(dataset, stored), place


def padding_of(dataset, stored):
    """Pixel Padding Value and Range Limit are compared with stored values."""
    if "PixelPaddingValue" not in dataset:
        return None
    ends = [dataset.PixelPaddingValue, dataset.get("PixelPaddingRangeLimit", dataset.PixelPaddingValue)]
    if dataset.PixelRepresentation == 1:    # some files hold the bits of a signed value as unsigned
        ends = [int(np.array(end & 0xFFFF, np.uint16).astype(np.int16)) for end in ends]
    return (stored >= min(ends)) & (stored <= max(ends))


def dicom(datasets):
    planes = []
    for dataset in datasets:
        pixels = dataset.pixel_array
        frames = int(dataset.get("NumberOfFrames", 1) or 1)
        pixels = pixels if frames > 1 or pixels.ndim > 2 + (dataset.SamplesPerPixel == 3) else pixels[None]
        planes += [one_plane(dataset, frame, pixels[frame]) for frame in range(frames)]
    first = datasets[0]
    invert = first.PhotometricInterpretation == "MONOCHROME1"
    affine, origins = None, None
    if all(place is not None for _, _, place in planes):
        planes, affine, origins = stacked(planes)
    values = np.stack([plane[0] for plane in planes])
    padding = None if planes[0][1] is None else np.stack([plane[1] for plane in planes])
    image = Image(values, affine, padding, "LINEAR", invert)
    image.origins = origins
    return image


def stacked(planes):
    """The planes along their normal, the matrix (PS3.3 C.7.6.2), and every origin where steps differ."""
    _, orientation, spacing = planes[0][2]
    x, y = orientation[:3], orientation[3:]
    normal = np.cross(x, y)
    planes = sorted(planes, key=lambda plane: normal @ plane[2][0])
    for _, _, place in planes:
        assert np.allclose(place[1], orientation, atol=1e-3), "two orientations"
    places = np.array([place[0] for _, _, place in planes])
    affine = np.eye(4)
    affine[:3, 0] = x * spacing[1]
    affine[:3, 1] = y * spacing[0]
    affine[:3, 2] = (places[-1] - places[0]) / (len(planes) - 1) if len(planes) > 1 else normal
    affine[:3, 3] = places[0]
    steps = np.diff(places @ normal)
    step = steps.mean() if len(steps) else 1.0
    is_even = np.abs(steps - step).max(initial=0.0) <= max(0.01, 0.01 * step)
    return planes, affine, None if is_even else places
