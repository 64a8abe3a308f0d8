"""Compares pictures of `render_bench` with the same planes drawn by VTK.

    python vtk_slices.py FOLDER_OF_PEERS_SCRIPTS FOLDER_WITH_vol.npy CASE PICTURES

PICTURES holds twenty pictures of 512 x 512 as raw RGBA. VTK's own values go through the same window here
(its RGBA case has VTK's 256 greys); a slab is drawn by VTK at our distance between samples. Prints the mean absolute difference in levels of 255, the share of pixels
that differ by at most one, and the greatest difference; tabs between.
"""
import argparse
import sys

import numpy as np

SIDE, LOW, WIDTH = 512, -160.0, 400.0


def pictures_of_vtk(peers, data, case):
    sys.path.insert(0, peers)
    import render_peers
    import vtk
    from vtk.util.numpy_support import vtk_to_numpy

    context = render_peers.setup(argparse.Namespace(threads=2, data=data, case=case))
    kind, interpolation = case.split("_")[1], "nearest" if "nearest" in case else "linear"
    reslice = render_peers.reslicer(context, kind, interpolation, 20 if "slab20" in case else 0)
    if "slab20" in case:
        like_ours(reslice, 20.0)
    last = reslice
    if "rgba" in case:
        table = vtk.vtkLookupTable()
        table.SetRange(LOW, LOW + WIDTH)
        table.SetNumberOfTableValues(256)
        table.SetSaturationRange(0, 0)
        table.SetValueRange(0, 1)
        table.SetRampToLinear()             # the peers' script leaves it S-shaped, which takes as long
        table.Build()
        last = vtk.vtkImageMapToColors()
        last.SetLookupTable(table)
        last.SetOutputFormatToRGBA()
        last.SetInputConnection(reslice.GetOutputPort())
    for position in range(render_peers.SLICES):
        reslice.SetResliceAxes(render_peers.axes(kind, position / (render_peers.SLICES - 1)))
        last.Update()
        values = vtk_to_numpy(last.GetOutput().GetPointData().GetScalars()).astype(np.float64)
        if "rgba" in case:
            yield values[:, 0].reshape(SIDE, SIDE)
        else:
            shown = np.floor(np.clip((values - LOW) / WIDTH, 0, 1) * 255 + 0.5)
            yield shown.reshape(SIDE, SIDE)


def like_ours(reslice, thickness):
    """Samples so close that the fastest voxel coordinate moves by one; those that reach into the slab."""
    matrix = reslice.GetResliceAxes()
    steps = reslice.GetInput().GetSpacing()
    per_mm = max(abs(matrix.GetElement(axis, 2)) / steps[axis] for axis in range(3))
    on_a_side = int(thickness / 2 * per_mm + 0.5)
    reslice.SetSlabNumberOfSlices(2 * on_a_side + 1)
    reslice.SetSlabSliceSpacingFraction(1 / per_mm)


def main():
    peers, data, case, file = sys.argv[1:5]
    ours = np.fromfile(file, np.uint8).reshape(-1, SIDE, SIDE, 4)
    assert (ours[..., 0] == ours[..., 1]).all() and (ours[..., 0] == ours[..., 2]).all()
    theirs = np.stack(list(pictures_of_vtk(peers, data, case)))
    assert theirs.shape == ours.shape[:3], theirs.shape
    apart = np.abs(ours[..., 0] - theirs)
    print(f"{apart.mean():.4f}\t{(apart <= 1).mean():.6f}\t{apart.max():.0f}")


if __name__ == "__main__":
    main()
