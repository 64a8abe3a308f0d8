"""Writes slices.json: hashes of slices of real files, made from what independent readers give.

    python slices.py /path/to/shared/data > slices.json

The order of a picture: voxels and affine of the reader, the plane closest to the patient's, laid out as
radiologists expect (axial from the feet and coronal from the front with the patient's left at the right,
sagittal with anterior at the left, head up), modality rescale, window (PS3.3 C.11.2.1.2, C.11.2.1.3), 8 bit.
`tests/slices.rs` makes the same pictures with this project and compares.
"""
import hashlib
import json
import os
import sys

import nibabel
import numpy as np
import pydicom
import SimpleITK
from nibabel.orientations import io_orientation

import readers

SOURCES = [
    "series/ct-chest-60",                   # CT, padding, feet first
    "series/ct-head-64",                    # CT, slices thinner than pixels
    "series/ct-head-tilt-gap",              # gantry tilt and uneven steps
    "series/mr-axial-oblique-10",           # MR, oblique
    "series/mr-sag-bbmri",                  # MR, sagittal, wide steps
    "traps/gantry-tilt",                    # CT, sheared stack
    "traps/non-isotropic",                  # MR, pixels that are not square
    "dicom-as-nifti/hitachi-anat/dicom",    # MR, far from every plane of the patient
    "dicom-as-nifti/philips-anat/dicom",    # MR, coronal
    "dicom-as-nifti/jpegls-mr/dicom",       # MR, sagittal
    "dicom-as-nifti/generic-rgb/dicom",     # colour with a place
    "enhanced/mr-hyperfine-8f/001.dcm",     # enhanced multi-frame
    "enhanced/mr-bruker-4f.dcm",            # enhanced multi-frame, pixels twice as high as wide
    "modalities/pet-ct-mr/sts-008/PET-image",     # PET
    "modalities/pet-ct-mr/sts-008/MR_T1-image",   # MR
    "us/mono-jpegll-8bit.dcm",              # ultrasound, grey
    "us/rgb-240x320.dcm",                   # ultrasound, colour
    "xray/cr-mono1-chest.dcm",              # radiograph, MONOCHROME1
    "nifti/ct-small.nii.gz",                # NIfTI, CT
    "nifti/mr-small.nii.gz",                # NIfTI, MR
    "nifti/var-z-flipped.nii",              # a flipped axis
    "nifti/var-ras-positive-det.nii",       # the other handedness
    "nifti/var-axes-permuted.nii",          # axes in another order
    "nifti/var-sform-sheared.nii",          # sheared
    "nifti/nibabel-anatomical.nii",         # real, RAS
    "nrrd-mha/breast1_image.nrrd",          # NRRD, MR
    "nrrd-mha/itk3d/nucleon.mha",           # MetaImage
]
# Right and down of a picture, LPS.
CONVENTION = {"axial": ([1, 0, 0], [0, 1, 0]), "coronal": ([1, 0, 0], [0, 0, -1]), "sagittal": ([0, 1, 0], [0, 0, -1])}
NORMAL = {"axial": 2, "coronal": 1, "sagittal": 0}
MARGIN = 5e-6                               # voxels: nearer to the middle of two voxels is no clear case
TRIES = 400


def layout(image, plane):
    """The axis through the plane, then (axis, reversed) to the right and downwards, by nibabel's rule."""
    if image.affine is None:
        return 2, (0, False), (1, False)
    ras = np.diag([-1.0, -1, 1, 1]) @ image.affine
    closest = io_orientation(ras)           # of each voxel axis: patient axis (RAS) and its sign
    axis_of = {int(row[0]): (axis, row[1] * (-1 if row[0] < 2 else 1)) for axis, row in enumerate(closest)}
    if plane == "acquired":
        plane = next(name for name, normal in NORMAL.items() if axis_of[normal][0] == 2)
    steps = []
    for wanted in CONVENTION[plane]:
        patient_axis = int(np.flatnonzero(wanted)[0])
        axis, sign = axis_of[patient_axis]
        steps.append((axis, sign * wanted[patient_axis] < 0))
    return axis_of[NORMAL[plane]][0], *steps


def plane_of(volume, through, right, down, index):
    """[down, right] of a plane of volume[k, j, i]."""
    flat = np.take(volume, index, axis=2 - through)
    rest = [axis for axis in (2, 1, 0) if axis != through]      # of the remaining rows and columns
    if rest.index(right[0]) < rest.index(down[0]):
        flat = flat.swapaxes(0, 1)
    return flat[:: -1 if down[1] else 1, :: -1 if right[1] else 1]


def window_of(image):
    """Centre and width over most of the values, such that no value falls between two levels."""
    values = image.values if image.padding is None else image.values[~image.padding]
    values = values[np.isfinite(values)]
    low, high = np.percentile(values, [2, 98])
    width = max(2.0, 2 * round((high - low) / 2)) + (image.function == "LINEAR_EXACT")
    centre = float(round((low + high) / 2))
    distinct = np.unique(values)
    for attempt in range(TRIES):
        between = grey(image, distinct, centre, width) % 1.0
        if np.abs(between - 0.5).min() > 1e-9:
            return round(centre, 1), width
        width += 2.0
        centre += 0.1 * (attempt > TRIES / 2)
    raise ValueError("no window without ties")


def grey(image, values, centre, width):
    """Grey levels 0 to 255, not rounded."""
    if image.function == "LINEAR":
        share = (values - (centre - 0.5)) / (width - 1) + 0.5
    else:
        share = (values - centre) / width + 0.5
    share = np.clip(share, 0.0, 1.0)
    return (1.0 - share if image.invert else share) * 255.0


def levels(image, window):
    """The whole volume as 8 bit."""
    if image.is_colour:
        return image.values
    shown = np.floor(grey(image, image.values, *window) + 0.5)
    shown[~np.isfinite(image.values)] = 0
    if image.padding is not None:
        shown[image.padding] = 0
    return shown.astype(np.uint8)


def line(plane, index, picture):
    """Plane, index, size and the start of the SHA-256 of the bytes, row by row."""
    digest = hashlib.sha256(np.ascontiguousarray(picture, np.uint8).tobytes()).hexdigest()[:16]
    return f"{plane} {index} {picture.shape[1]}x{picture.shape[0]} {digest}"


def fitted(image, through, right, down, index, size):
    """Centre, directions and mm per pixel of a whole plane in a picture of that size."""
    affine = image.affine.copy()
    if image.origins is not None:
        assert through == 2
        affine[:3, 3] = image.origins[index] - affine[:3, 2] * index
    columns = [affine[:3, axis] for axis in range(3)]
    to_right = columns[right[0]] * (-1 if right[1] else 1)
    downwards = columns[down[0]] * (-1 if down[1] else 1)
    to_right = to_right / np.linalg.norm(to_right)
    downwards = downwards - to_right * (to_right @ downwards)
    downwards = downwards / np.linalg.norm(downwards)
    ends = []
    for a in (-0.5, image.size[right[0]] - 0.5):
        for b in (-0.5, image.size[down[0]] - 0.5):
            voxel = np.zeros(3)
            voxel[[through, right[0], down[0]]] = index, a, b
            ends.append(affine[:3, :3] @ voxel + affine[:3, 3])
    along = np.array([[end @ to_right, end @ downwards] for end in ends])
    extent = along.max(axis=0) - along.min(axis=0)
    middle = (along.max(axis=0) + along.min(axis=0)) / 2
    away = np.cross(to_right, downwards)
    centre = to_right * middle[0] + downwards * middle[1] + away * (ends[0] @ away)
    return affine, centre, to_right, downwards, max(extent / size)


def nearest(shown, affine, centre, right, down, mm, size, fixed=None):
    """The nearest voxel under every pixel's centre, black outside; None where a pixel is no clear case."""
    x = (np.arange(size[0]) + 0.5 - size[0] / 2) * mm
    y = (np.arange(size[1]) + 0.5 - size[1] / 2) * mm
    points = centre + x[None, :, None] * right + y[:, None, None] * down
    voxels = (points - affine[:3, 3]) @ np.linalg.inv(affine[:3, :3]).T
    if fixed is not None:                   # the picture lies in this plane of the grid
        voxels[..., fixed[0]] = fixed[1]
    if np.abs(voxels % 1.0 - 0.5).min() < MARGIN:
        return None
    index = np.floor(voxels + 0.5).astype(int)
    limits = np.array(shown.shape[2::-1])
    inside = ((index >= 0) & (index < limits)).all(axis=-1)
    picture = np.zeros((*inside.shape, *shown.shape[3:]), np.uint8)
    i, j, k = index[inside].T
    picture[inside] = shown[k, j, i]
    return picture


def plane_lines(image, shown, plane, parts):
    """Slices and views of one plane at some parts of the stack."""
    through, right, down = layout(image, plane)
    count = image.size[through]
    for index in sorted({min(count - 1, int(count * part)) for part in parts}):
        flat = plane_of(shown, through, right, down, index)
        yield "slices", line(plane, index, flat)
        if plane == "acquired":
            yield "stored", line(plane, index, shown[index])
        if index != int(count * parts[0]) or image.affine is None \
                or (image.origins is not None and through != 2):
            continue
        scale = 3 if max(flat.shape[:2]) <= 256 else 1
        steps = np.linalg.norm(image.affine[:3, [right[0], down[0]]], axis=0)
        least = [round(flat.shape[1 - side] * steps[side] / steps.min()) * scale for side in range(2)]
        for attempt in range(TRIES):
            size = [least[0] + attempt % 8, least[1] + attempt // 8]
            affine, *view = fitted(image, through, right, down, index, size)
            picture = nearest(shown, affine, *view, size, (through, index))
            if picture is not None:
                break
        assert picture is not None, "no view without ties"
        if size == [side * scale for side in flat.shape[1::-1]]:
            assert (picture == flat.repeat(scale, 0).repeat(scale, 1)).all()
        yield "views", line(plane, index, picture)


def oblique_picture(image, shown):
    """A cut along no axis of the grid, through the middle."""
    i, j, k = (image.affine[:3, axis] / np.linalg.norm(image.affine[:3, axis]) for axis in range(3))
    right = np.round(i + 0.21 * j + 0.16 * k, 3)
    down = np.round(j - 0.13 * i + 0.11 * k, 3)
    right = right / np.linalg.norm(right)
    down = down - right * (right @ down)
    down = down / np.linalg.norm(down)
    last = np.array(image.size) - 1.0
    extent = np.linalg.norm(image.affine[:3, :2] @ last[:2])
    size, mm = [96, 80], round(float(extent) / 110, 3)
    for attempt in range(TRIES):
        centre = np.round(image.affine[:3, :3] @ (last / 2) + image.affine[:3, 3] + attempt * 0.0137, 4)
        picture = nearest(shown, image.affine, centre, right, down, mm, size)
        if picture is not None:
            return {"centre": centre.tolist(), "right": right.tolist(), "down": down.tolist(),
                    "mm_per_px": mm, "picture": line("oblique", 0, picture)}
    raise ValueError("no cut without ties")


def second_opinion(path, image):
    """Whether SimpleITK gives the same voxels and places; in words where it does not."""
    if os.path.isdir(path):
        series = SimpleITK.ImageSeriesReader()
        series.SetFileNames(series.GetGDCMSeriesFileNames(path))
        second = series.Execute()
    else:
        second = SimpleITK.ReadImage(path)
    values = SimpleITK.GetArrayFromImage(second).astype(np.float64)
    if values.shape != image.values.shape:
        return f"another shape: {list(values.shape)}"
    said = []
    affine = np.eye(4)
    affine[:3, :3] = np.array(second.GetDirection()).reshape(3, 3) * np.array(second.GetSpacing())
    affine[:3, 3] = second.GetOrigin()
    if image.affine is not None and np.linalg.det(affine[:3, :3]) * np.linalg.det(image.affine[:3, :3]) < 0:
        values, said = values[::-1], ["planes in the other order"]
        affine[:3, 3] += affine[:3, 2] * (len(values) - 1)
        affine[:3, 2] *= -1
    apart = np.abs(values - image.values).max()
    if not apart <= 1e-3:
        said.append(f"values up to {apart:.6g} apart")
    if image.affine is not None and not np.allclose(affine, image.affine, atol=1e-3):
        said.append("another affine")
    return ", ".join(said) or "agrees"


def of_source(data, name):
    path = os.path.join(data, name)
    image = readers.read(path)
    window = (127.5, 255.0) if image.is_colour else window_of(image)
    shown = levels(image, window)
    pictures = {"slices": [], "stored": [], "views": [], "oblique": None}
    planes = ["acquired"] if image.affine is None else ["acquired", *CONVENTION]
    for plane in planes:
        for kind, text in plane_lines(image, shown, plane, [0.5] if plane == "acquired" else [0.3, 0.7]):
            pictures[kind].append(text)
    if image.affine is not None and image.size[2] > 2 and image.origins is None:
        pictures["oblique"] = oblique_picture(image, shown)
    try:
        second = second_opinion(path, image)
    except RuntimeError as why:
        second = "not read: " + str(why).strip().splitlines()[-1][-100:]
    print(f"{name}: {image.size}, window {window}; SimpleITK: {second}", file=sys.stderr)
    return {"path": name, "size": image.size, "channels": 3 if image.is_colour else 1, "function": image.function,
            "window": list(window), "invert": image.invert, "simpleitk": second, **pictures}


def main():
    data = sys.argv[1]
    sources = [of_source(data, name) for name in SOURCES]
    versions = {module.__name__: module.__version__ for module in (pydicom, nibabel, np)}
    versions["SimpleITK"] = SimpleITK.Version.VersionString()
    rows = ",\n".join(json.dumps(source) for source in sources)
    print(f'{{"versions": {json.dumps(versions)}, "sources": [\n{rows}\n]}}')


if __name__ == "__main__":
    main()
