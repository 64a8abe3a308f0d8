"""Writes structures.json: what pydicom reads in RT Structure Sets, and masks of their contours made voxel by voxel.

    python structures.py /path/to/shared/data > structures.json

Every voxel centre of a contour's plane is asked how many sides lie before it along its column (the project
sweeps along rows); an odd number is inside, and contours of one plane exclude what they share. Matplotlib and
scikit-image, asked for the same polygons, are counted on stderr. `imaging/tests/structures.rs` compares.
"""
import hashlib
import json
import sys
import warnings

import matplotlib.path
import numpy as np
import pydicom
import skimage.draw

import readers

warnings.filterwarnings("ignore")
MARGIN = 4e-6                               # voxels: a centre nearer to a side is no clear case
FOLDER = "modalities/pet-ct-mr/sts-008/"
SETS = {FOLDER + f"{name}-mask/RS.dcm": FOLDER + f"{name}-image" for name in ("CT", "PET", "MR_T1")}
SETS |= {
    "derived-objects/rtstruct-phantom-1roi.dcm": "derived-objects/rtstruct-phantom",
    "derived-objects/rtstruct-4roi.dcm": "derived-objects/rtstruct-phantom",
    "derived-objects/rtstruct-points.dcm": None,
}
# Structures on the grids of other series of their frame of reference.
FOREIGN = [("CT", "PET"), ("CT", "MR_T1"), ("PET", "CT"), ("PET", "MR_T1"), ("MR_T1", "CT"), ("MR_T1", "PET")]
# Lines drawn here on real grids: image, axis across which their planes lie, steps beside the plane.
DRAWN = [
    ("series/ct-chest-60", 2, 0.0), ("series/ct-chest-60", 1, 0.2), ("series/ct-chest-60", 0, -0.3),
    ("series/mr-axial-oblique-10", 2, 0.0), ("series/mr-axial-oblique-10", 1, 0.0), ("series/mr-axial-oblique-10", 0, 0.4),
    ("dicom-as-nifti/hitachi-anat/dicom", 2, 0.1), ("dicom-as-nifti/hitachi-anat/dicom", 1, 0.0),
    ("series/mr-sag-bbmri", 2, 0.3),
    ("traps/gantry-tilt", 2, 0.0), ("traps/gantry-tilt", 2, 0.4), ("traps/gantry-tilt", 0, 0.1),
    ("series/ct-head-tilt-gap", 2, -0.3),
]
KINDS = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
peers = {"voxels": 0, "matplotlib": 0, "skimage": 0}


def short(data):
    return hashlib.sha256(data).hexdigest()[:16]


def points_of(contour):
    return np.array([float(value) for value in contour.ContourData]).reshape(-1, 3)


def contents(dataset):
    """Label, references and structures."""
    frames = dataset.ReferencedFrameOfReferenceSequence
    series = [s.get("SeriesInstanceUID") for f in frames for study in f.get("RTReferencedStudySequence", [])
              for s in study.get("RTReferencedSeriesSequence", [])]
    types = {o.ReferencedROINumber: o.get("RTROIInterpretedType") for o in dataset.get("RTROIObservationsSequence", [])}
    drawn = {c.ReferencedROINumber: c for c in dataset.ROIContourSequence}
    rois = []
    for roi in dataset.StructureSetROISequence:
        item = drawn[roi.ROINumber]
        lines = []
        for contour in item.get("ContourSequence", []):
            image = contour.ContourImageSequence[0].ReferencedSOPInstanceUID if "ContourImageSequence" in contour else ""
            places = points_of(contour)
            lines.append(f"{contour.ContourGeometricType} {len(places)} {short(places.astype('<f8').tobytes())} {image}")
        rois.append({
            "number": int(roi.ROINumber), "name": roi.ROIName, "color": [int(v) for v in item.ROIDisplayColor],
            "type": types.get(roi.ROINumber) or None, "frame": str(roi.ReferencedFrameOfReferenceUID),
            "contours": len(lines), "first": lines[0], "all": short("\n".join(lines).encode()),
        })
    return {"label": dataset.StructureSetLabel, "series": [uid for uid in series if uid],
            "frames": [f.FrameOfReferenceUID for f in frames], "rois": rois}


def plane_frame(image, axis, plane):
    """Centre of the plane's first voxel, steps along its columns and rows, unit normal, and step across it."""
    columns = [image.affine[:3, a] for a in range(3)]
    origin = image.affine[:3, 3] + columns[axis] * plane
    if image.origins is not None and axis == 2:
        origin = image.origins[plane]
    along = [columns[a] for a in range(3) if a != axis]
    normal = np.cross(*along)
    normal = normal / np.linalg.norm(normal)
    return origin, along, normal if normal @ columns[axis] > 0 else -normal, columns[axis]


def axis_across(image, places):
    """The axis across whose planes a flat contour lies, by the normal of its area."""
    area = sum(np.cross(a - places[0], b - places[0]) for a, b in zip(places[1:], places[2:]))
    area = area / np.linalg.norm(area)
    return max(range(3), key=lambda axis: abs(plane_frame(image, axis, 0)[2] @ area))


def nearest_plane(image, axis, places):
    """The nearest plane, or None where the contour lies farther from it than half a step."""
    best = None
    for plane in range(image.size[axis]):
        origin, _, normal, step = plane_frame(image, axis, plane)
        away = abs(np.mean((places - origin) @ normal)) / (step @ normal)
        if best is None or away < best[0]:
            best = away, plane
    return best[1] if best[0] <= 0.5 else None


def enclosed(corners, columns, rows):
    """[row, column] of centres inside a polygon, by the sides before each along its column."""
    inside = np.zeros((rows, columns), bool)
    ends = np.roll(corners, -1, axis=0)
    row = np.arange(rows)[:, None]
    column = np.arange(columns)
    for (ax, ay), (bx, by) in zip(corners, ends):
        meets = (ax <= column) != (bx <= column)
        if not meets.any():
            continue
        at = ay + (column[meets] - ax) / (bx - ax) * (by - ay)
        apart = np.abs(row - at)
        assert apart.min() > MARGIN, "a centre on a side"
        inside[:, meets] ^= at < row
    return inside


def mask_of(image, contours):
    """[k, j, i], or why there is none."""
    mask = np.zeros(image.size[::-1], bool)
    for places in contours:
        axis = axis_across(image, places)
        plane = nearest_plane(image, axis, places)
        if plane is None:
            return "off_plane"
        origin, along, normal, _ = plane_frame(image, axis, plane)
        flat = places - origin
        flat = flat - np.outer(flat @ normal, normal)
        corners = np.linalg.lstsq(np.stack(along, axis=1), flat.T, rcond=None)[0].T
        columns, rows = [image.size[a] for a in range(3) if a != axis]
        inside = enclosed(corners, columns, rows)
        ask_peers(corners, inside)
        part = [slice(None)] * 3
        part[2 - axis] = plane
        mask[tuple(part)] ^= inside
    return mask


def ask_peers(corners, inside):
    rows, columns = inside.shape
    centres = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    peers["voxels"] += int(inside.sum())
    by_path = matplotlib.path.Path(np.vstack([corners, corners[:1]]), closed=True).contains_points(centres)
    peers["matplotlib"] += int((by_path.reshape(inside.shape) != inside).sum())
    drawn = np.zeros_like(inside)
    drawn[skimage.draw.polygon(corners[:, 1], corners[:, 0], inside.shape)] = True
    peers["skimage"] += int((drawn != inside).sum())


def runs(row):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    return " ".join(f"{a}-{b}" for a, b in edges.reshape(-1, 2))


def described(mask):
    """Count, centroid, box, a hash of every row's runs, and some of the rows."""
    if isinstance(mask, str):
        return {"refused": mask}
    k, j, i = np.nonzero(mask)
    lines = [f"{b} {a} {runs(mask[a, b])}" for a, b in sorted({*zip(k.tolist(), j.tolist())})]
    shown = lines[:: max(1, len(lines) // 4)][:4]
    return {
        "voxels": len(i), "centroid": [round(float(v.mean()), 9) for v in (i, j, k)],
        "box": [[int(v.min()) for v in (i, j, k)], [int(v.max()) + 1 for v in (i, j, k)]],
        "rows": len(lines), "hash": short("\n".join(lines).encode()), "some": shown,
    }


def star(image, axis, away):
    """A star with a hole and an island, and a triangle that bites into it, in a plane of the image."""
    plane = image.size[axis] // 2
    origin, along, normal, step = plane_frame(image, axis, plane)
    sizes = np.array([image.size[a] for a in range(3) if a != axis])
    centre = sizes * [0.48, 0.53]

    def line(count, radii, turn, shift=(0, 0)):
        angle = turn + np.arange(count) * 2 * np.pi / count
        radius = np.resize(radii, count)[:, None] * sizes
        flat = centre + np.array(shift) * sizes + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        places = origin + flat @ np.stack(along) + normal * (away * (step @ normal))
        return np.round(places, 3)

    return [line(14, [0.41, 0.27], 0.1), line(9, [0.18], 0.3), line(5, [0.07], 0.2), line(3, [0.2], 0.7, (0.25, 0.1))]


def main():
    data = sys.argv[1].rstrip("/") + "/"
    images = {}

    def image(path):
        if path not in images:
            images[path] = readers.read(data + path)
        return images[path]

    sets, masks, drawn = [], [], []
    lines = {}
    for path, folder in SETS.items():
        dataset = pydicom.dcmread(data + path, force=True)
        sets.append({"path": path, **contents(dataset)})
        for item in dataset.ROIContourSequence:
            contours = [points_of(c) for c in item.ContourSequence if c.ContourGeometricType in KINDS]
            lines[path, int(item.ReferencedROINumber)] = contours
            if folder:
                found = described(mask_of(image(folder), contours))
                masks.append({"set": path, "roi": int(item.ReferencedROINumber), "images": folder, "own": True, **found})
    for name, other in FOREIGN:
        path, folder = FOLDER + f"{name}-mask/RS.dcm", FOLDER + f"{other}-image"
        found = described(mask_of(image(folder), lines[path, 1]))
        masks.append({"set": path, "roi": 1, "images": folder, "own": False, **found})
    for path, axis, away in DRAWN:
        contours = star(image(path), axis, away)
        found = described(mask_of(image(path), contours))
        flat = [[float(v) for v in line.ravel()] for line in contours]
        drawn.append({"images": path, "size": image(path).size, "axis": axis, "contours": flat, **found})
    versions = {"pydicom": pydicom.__version__, "numpy": np.__version__}
    print('{"versions": ' + json.dumps(versions) + ",")
    for name, entries in (("sets", sets), ("masks", masks), ("drawn", drawn)):
        body = ",\n".join(json.dumps(entry) for entry in entries)
        print(f'"{name}": [\n{body}\n]' + ("" if name == "drawn" else ","))
    print("}")
    print(peers, file=sys.stderr)


main()
