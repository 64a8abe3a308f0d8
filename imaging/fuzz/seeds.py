#!/usr/bin/env python3
"""Seeds of the fuzz targets: small inputs made here, and on request code streams cut out of a folder
of real files. Usage: seeds.py corpus [folder]

Needs numpy, pydicom, Pillow and python-gdcm. Nothing that is cut out of real files is to be committed.
"""
import bz2, gzip, hashlib, io, struct, sys, tempfile, zipfile, zlib
from pathlib import Path

import numpy as np

OUT = Path(sys.argv[1])
LARGEST = 48 << 10


def save(target, data):
    if len(data) > (256 << 10 if target in ("jpeg", "jpeg_ls", "jpeg_2000", "rle") else 64 << 10):
        return
    folder = OUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def element(group, number, vr, value, big=False, implicit=False):
    order = ">" if big else "<"
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, int):
        value = struct.pack(order + "H", value)
    if len(value) % 2:
        value += b"\0" if vr == "UI" else b" "
    head = struct.pack(order + "HH", group, number)
    if implicit:
        return head + struct.pack("<I", len(value)) + value
    if vr in ("OB", "OW", "OF", "OD", "SQ", "UN", "UT"):
        return head + vr.encode() + b"\0\0" + struct.pack(order + "I", len(value)) + value
    return head + vr.encode() + struct.pack(order + "H", len(value)) + value


def item(*elements):
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", 0xFFFFFFFF) + b"".join(elements) + b"\xfe\xff\x0d\xe0\0\0\0\0"


def part10(syntax, body):
    meta = element(2, 2, "UI", "1.2.840.10008.5.1.4.1.1.2") + element(2, 0x10, "UI", syntax)
    return bytes(128) + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta + body


def image(big=False, implicit=False, more=(), pixels=None, **change):
    """A CT image of 4 columns and 3 rows as a data set."""
    attributes = {
        (8, 5): ("CS", "ISO_IR 100"), (8, 8): ("CS", "ORIGINAL\\PRIMARY\\AXIAL"),
        (8, 0x16): ("UI", "1.2.840.10008.5.1.4.1.1.2"), (8, 0x18): ("UI", "1.2.3.1"),
        (8, 0x20): ("DA", "20200102"), (8, 0x60): ("CS", "CT"), (8, 0x103E): ("LO", "thin"),
        (0x10, 0x10): ("PN", "Test^Image=\x1b$B;3ED\x1b(B"), (0x10, 0x20): ("LO", "P1"), (0x10, 0x1010): ("AS", "051Y"),
        (0x20, 0xD): ("UI", "1.2.3.4"), (0x20, 0xE): ("UI", "1.2.3.5"), (0x20, 0x11): ("IS", "2"),
        (0x20, 0x13): ("IS", "1"), (0x20, 0x32): ("DS", "0\\0\\0"), (0x20, 0x37): ("DS", "1\\0\\0\\0\\1\\0"),
        (0x20, 0x52): ("UI", "1.2.3.6"), (0x28, 2): ("US", 1), (0x28, 4): ("CS", "MONOCHROME2"),
        (0x28, 0x10): ("US", 3), (0x28, 0x11): ("US", 4), (0x28, 0x30): ("DS", "0.5\\0.25"),
        (0x28, 0x100): ("US", 16), (0x28, 0x101): ("US", 12), (0x28, 0x102): ("US", 11), (0x28, 0x103): ("US", 1),
        (0x28, 0x120): ("US", 63536), (0x28, 0x1050): ("DS", "40\\-600"), (0x28, 0x1051): ("DS", "400\\1500"),
        (0x28, 0x1052): ("DS", "-1024"), (0x28, 0x1053): ("DS", "1"),
        (0x7FE0, 0x10): ("OW", bytes(range(24)) if pixels is None else pixels),
    }
    attributes.update(more)
    return b"".join(element(g, e, vr, value, big, implicit) for (g, e), (vr, value) in sorted(attributes.items()))


def made_headers():
    plain = "1.2.840.10008.1.2"
    save("dicom_header", part10(plain + ".1", image()))
    save("dicom_header", part10(plain, image(implicit=True)))
    save("dicom_header", part10(plain + ".2", image(big=True)))
    squeeze = zlib.compressobj(wbits=-15)
    save("dicom_header", part10(plain + ".1.99", squeeze.compress(image()) + squeeze.flush()))
    save("dicom_header", image())
    save("dicom_header", image(implicit=True))
    frame = lambda z: item(
        element(0x20, 0x9113, "SQ", item(element(0x20, 0x32, "DS", f"0\\0\\{z}"))),
        element(0x20, 0x9111, "SQ", item(element(0x20, 0x9157, "UL", struct.pack("<II", 1, z)))),
        element(0x28, 0x9145, "SQ", item(element(0x28, 0x1052, "DS", "0"), element(0x28, 0x1053, "DS", str(z + 1)))))
    shared = item(
        element(0x20, 0x9116, "SQ", item(element(0x20, 0x37, "DS", "1\\0\\0\\0\\1\\0"))),
        element(0x28, 0x9110, "SQ", item(element(0x18, 0x50, "DS", "1"), element(0x28, 0x30, "DS", "1\\1"))))
    groups = {(0x28, 8): ("IS", "3"), (0x5200, 0x9229): ("SQ", shared),
              (0x5200, 0x9230): ("SQ", frame(0) + frame(2) + frame(1))}
    save("dicom_header", part10(plain + ".1", image(more=groups, pixels=bytes(72))))
    # a sequence as UN, an icon, a region of ultrasound, an overlay, a table, an own character set
    lut = item(element(0x28, 0x3002, "US", struct.pack("<3H", 4, 0, 16)), element(0x28, 0x3006, "OW", bytes(8)))
    region = item(*(element(0x18, n, "UL", struct.pack("<I", n)) for n in (0x6018, 0x601A, 0x601C, 0x601E)),
                  element(0x18, 0x6024, "US", 3), element(0x18, 0x602C, "FD", struct.pack("<d", 0.01)))
    rich = {(8, 5): ("CS", "\\ISO 2022 IR 87"), (8, 0x1140): ("SQ", item(element(8, 5, "CS", "ISO_IR 192"), element(8, 0x104, "LO", "山田"))),
            (0x18, 0x6011): ("SQ", region), (0x28, 0x3000): ("SQ", lut), (0x28, 0x3010): ("SQ", lut),
            (0x88, 0x200): ("SQ", item(element(0x28, 0x10, "US", 1), element(0x7FE0, 0x10, "OB", b"\0\0"))),
            (0x40, 0x9096): ("SQ", item(element(0x40, 0x9224, "FD", bytes(8)), element(0x40, 0x9225, "FD", struct.pack("<d", 2)))),
            (0x6000, 0x10): ("US", 3), (0x6000, 0x11): ("US", 4), (0x6000, 0x3000): ("OW", b"\xff\x0f")}
    save("dicom_header", part10(plain + ".1", image(more=rich)))
    save("dicom_header", part10(plain, image(more={**rich, **groups}, implicit=True, pixels=bytes(72))))


def made_pixels():
    for syntax in range(4):
        for bits in range(5):
            for choice in (0, 1, 0x80, 0x82, 0x84, 0x88):
                save("dicom_pixels", bytes([syntax, bits, 5, 3, choice, 2]) + bytes(range(240)))
    for bits, planes in ((1, 1), (2, 2), (3, 4)):
        for choice, samples in ((0, 1), (0x80, 3)):
            segment = b"\xf1\x07\x01\x01\x02" + b"\x80\xf0\x09"
            starts = [64 + len(segment) * n for n in range(planes * samples)]
            if len(starts) <= 15:
                head = struct.pack("<16I", len(starts), *starts, *[0] * (15 - len(starts)))
                save("rle", bytes([bits, 7, 5, choice]) + head + segment * len(starts))
    save("rle", bytes([0, 8, 8, 0]) + struct.pack("<16I", 1, 64, *[0] * 14) + b"\x07abcdefgh")
    for way in range(3):
        squeeze = zlib.compressobj(wbits=-15)
        body = squeeze.compress(image() if way == 0 else bytes(96)) + squeeze.flush()
        save("deflate", bytes([way, 4, 6, 0x80 if way == 2 else 0]) + (image() if way == 1 else body))
    palette = struct.pack("<17H", 0, 3, 1, 2, 3, 1, 5, 90, 0, 1, 7, 2, 1, 0, 0, 1, 4)
    for choice in (0, 1, 2, 3, 4, 8, 9, 10, 12):
        save("lookup_tables", bytes([choice, 16, 0, 0, 0, 16]) + palette)


def made_texts():
    for sets, text in (
        ("", "Doe^John"), ("ISO_IR 100", "Buc^Jérôme".encode("latin-1")), ("ISO_IR 192", "山田^太郎=やまだ".encode()),
        ("GB18030", "王^小东".encode("gb18030")), ("GBK", "王^小东".encode("gbk")), ("ISO_IR 13", b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3"),
        ("\\ISO 2022 IR 87", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"), ("\\ISO 2022 IR 149", b"Hong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce"),
        ("\\ISO 2022 IR 58", b"Zhang=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1"), ("ISO 2022 IR 6\\ISO 2022 IR 159", b"\x1b$(D\x22\x23\x1b(B"),
        ("ISO 2022 IR 13\\ISO 2022 IR 87", b"\x1b(J\xd4\x1b$B;3\x1b(J"), ("ISO_IR 100", "表示能力ソ".encode("cp932")),
        ("ISO_IR 144", "Люк".encode("iso8859-5")), ("ISO_IR 126", "Διον".encode("iso8859-7")), ("ISO_IR 138", "שרון".encode("iso8859-8")),
        ("ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 126", b"\x1b-A\xe4\x1b-L\xbb\x1b-F\xc4\x1b-H\xf9\x1b-G\xc2\x1b-T\xa1\x1b-M\xfd"),
    ):
        text = text.encode() if isinstance(text, str) else text
        save("charset", sets.encode() + b"|" + text)


def made_nifti():
    for big in (False, True):
        order = ">" if big else "<"
        for code, width in ((2, 1), (4, 2), (16, 4), (64, 8), (128, 3), (768, 4), (1024, 8), (2304, 4)):
            first = bytearray(352)
            struct.pack_into(order + "i", first, 0, 348)
            struct.pack_into(order + "8h", first, 40, 4, 3, 2, 2, 2, 1, 1, 1)
            struct.pack_into(order + "2h", first, 70, code, 8 * width)
            struct.pack_into(order + "8f", first, 76, 1, 1, 2, 3, 1, 1, 1, 1)
            struct.pack_into(order + "3f", first, 108, 352, 2, -1)
            first[123] = 2
            struct.pack_into(order + "2h", first, 252, 1, code % 3)
            struct.pack_into(order + "6f", first, 256, 0.5, 0.5, 0.5, 1, 2, 3)
            struct.pack_into(order + "12f", first, 280, 1, 0, 0, 5, 0, 1, 0, 6, 0, 0, 1, 7)
            first[344:348] = b"n+1\0"
            voxels = bytes(24 * width)
            save("nifti", b"\0" + bytes(first) + voxels)
            save("nifti", b"\2" + bytes(first) + voxels)
            save("nifti", b"\1" + gzip.compress(bytes(first) + voxels, mtime=0))
            pair = bytearray(first)
            pair[344:348] = b"ni1\0"
            struct.pack_into(order + "f", pair, 108, 0)
            save("nifti", b"\3" + bytes(pair) + voxels)
            second = bytearray(544)
            struct.pack_into(order + "i", second, 0, 540)
            second[4:12] = b"n+2\0\r\n\x1a\n"
            struct.pack_into(order + "2h", second, 12, code, 8 * width)
            struct.pack_into(order + "8q", second, 16, 3, 3, 2, 4, 1, 1, 1, 1)
            struct.pack_into(order + "8d", second, 104, 1, 1, 2, 3, 1, 1, 1, 1)
            struct.pack_into(order + "q2d", second, 168, 544, 1, 0)
            struct.pack_into(order + "2i", second, 344, 0, 1)
            struct.pack_into(order + "12d", second, 400, 1, 0, 0, 5, 0, 1, 0, 6, 0, 0, 1, 7)
            save("nifti", b"\0" + bytes(second) + voxels)


def made_arrays():
    voxels = bytes(range(24))
    nrrd = ("NRRD0005\n# made\ntype: {kind}\ndimension: 3\nspace: {space}\nsizes: {sizes}\n"
            "space directions: (1,0,0) (0,2,0) (0,0,3)\nspace origin: (5,6,7)\nkinds: domain domain domain\n"
            "endian: {endian}\nencoding: {coding}\n{more}")
    codings = {"raw": voxels, "gzip": gzip.compress(voxels, mtime=0), "ascii": b" ".join(b"%d" % v for v in voxels), "hex": voxels.hex().encode(),
               "bzip2": bz2.compress(voxels)}
    for coding, data in codings.items():
        for kind, sizes, endian in (("unsigned char", "4 3 2", "little"), ("short", "3 2 2", "big"), ("float", "3 2 1", "little"), ("double", "3 1 1", "big")):
            for space in ("left-posterior-superior", "RAS", "scanner-xyz"):
                head = nrrd.format(kind=kind, sizes=sizes, endian=endian, coding=coding, space=space, more="space units: \"mm\" \"mm\" \"mm\"\n")
                save("nrrd", b"\0" + head.encode() + b"\n" + data)
    keys = "Segment0_ID:=Segment_1\nSegment0_Name:=liver\nSegment0_LabelValue:=1\nSegment0_Layer:=0\nSegment0_Color:=0.5 0.5 0.5\nSegment0_Extent:=0 3 0 2 0 1\n"
    save("nrrd", b"\0" + nrrd.format(kind="uchar", sizes="4 3 2", endian="little", coding="raw", space="LPS", more=keys).encode() + b"\n" + voxels)
    for name in ("image.raw", "LIST\nimage.raw\nimage.raw", "image%d.raw 1 2 1"):
        head = nrrd.format(kind="uchar", sizes="4 3 2", endian="little", coding="raw", space="LPS", more=f"byte skip: 0\ndata file: {name}\n")
        save("nrrd", b"\1" + head.encode() + b"\n" + voxels)
    colour = "NRRD0004\ntype: uchar\ndimension: 4\nsizes: 3 2 2 2\nspace dimension: 3\nspace directions: none (1,0,0) (0,1,0) (0,0,1)\nkinds: RGB-color space space space\nspacings: nan 1 1 1\nencoding: raw\n"
    save("nrrd", b"\0" + colour.encode() + b"\n" + voxels)
    meta = ("ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = {msb}\nCompressedData = {squeezed}\n"
            "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 5 6 7\nCenterOfRotation = 0 0 0\nAnatomicalOrientation = RAI\n"
            "ElementSpacing = 1 2 3\nDimSize = {sizes}\n{more}ElementType = {kind}\nElementDataFile = {file}\n")
    for kind, sizes, msb in (("MET_UCHAR", "4 3 2", "False"), ("MET_SHORT", "3 2 2", "True"), ("MET_FLOAT", "3 2 1", "False"), ("MET_DOUBLE", "3 1 1", "True")):
        for squeezed in ("False", "True"):
            data = zlib.compress(voxels) if squeezed == "True" else voxels
            more = f"CompressedDataSize = {len(data)}\n" if squeezed == "True" else "HeaderSize = -1\n"
            save("meta_image", b"\0" + meta.format(kind=kind, sizes=sizes, msb=msb, squeezed=squeezed, more="", file="LOCAL").encode() + data)
            save("meta_image", b"\1" + meta.format(kind=kind, sizes=sizes, msb=msb, squeezed=squeezed, more=more, file="image.raw").encode() + data)
    for more, sizes in (("ElementNumberOfChannels = 3\n", "2 2 2"), ("Modality = MET_MOD_CT\nElementToIntensityFunctionSlope = 2\n", "4 3 2")):
        save("meta_image", b"\0" + meta.format(kind="MET_UCHAR", sizes=sizes, msb="False", squeezed="False", more=more, file="LOCAL").encode() + voxels)
    save("meta_image", b"\1" + meta.format(kind="MET_UCHAR", sizes="4 3 2", msb="False", squeezed="False", more="", file="LIST\nimage.raw\nimage.raw").encode() + voxels[:12])


def made_pictures():
    from PIL import Image

    y, x = np.mgrid[0:11, 0:13]
    grey = ((x * 11 + y * y) % 256).astype(np.uint8)
    wide = (x * 3000 + y * 90).astype(np.uint16)
    kinds = [Image.fromarray(grey), Image.fromarray(wide), Image.fromarray(np.stack([grey, grey[::-1], 255 - grey], -1)),
             Image.fromarray(np.stack([grey] * 4, -1), "RGBA"), Image.fromarray(grey).convert("1"), Image.fromarray(grey).convert("P"),
             Image.fromarray(grey).convert("LA"), Image.fromarray((grey / 7).astype(np.float32))]
    turned = Image.Exif()
    turned[0x0112] = 6
    for picture in kinds:
        for kind, options in (("PNG", {}), ("PNG", {"exif": turned}), ("JPEG", {"exif": turned}), ("JPEG", {"progressive": True}), ("BMP", {}), ("TIFF", {}),
                              ("TIFF", {"compression": "tiff_lzw"}), ("TIFF", {"compression": "tiff_deflate"}), ("TIFF", {"compression": "packbits"}),
                              ("TIFF", {"compression": "jpeg"}), ("TIFF", {"compression": "group4"}),
                              ("TIFF", {"save_all": True, "append_images": [kinds[0], kinds[2]]})):
            stream = io.BytesIO()
            try:
                picture.save(stream, kind, **options)
            except (OSError, ValueError, KeyError, RuntimeError):
                continue  # this kind of file does not hold these samples
            save("picture", {"PNG": b"\0", "JPEG": b"\1", "TIFF": b"\2", "BMP": b"\3"}[kind] + stream.getvalue())


def made_archives():
    one = part10("1.2.840.10008.1.2.1", image())
    voxels = b"\x5c\x01\0\0" + bytes(348)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", method) as archive:
            archive.writestr("CT/1.dcm", one)
            archive.writestr("画像.nii", voxels)
        save("zip", inner.getvalue())
        for outer_method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            outer = io.BytesIO()
            with zipfile.ZipFile(outer, "w", outer_method) as archive:
                archive.comment = b"made"
                archive.writestr("inner.zip", inner.getvalue())
            save("zip", outer.getvalue())
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a", "w", force_zip64=True) as member:
        member.write(one)
    save("zip", large.getvalue())


def encoded(array, syntax):
    """The one frame of `array` in a coding of GDCM; empty where it has none for these bits."""
    import gdcm
    import pydicom
    from pydicom.encaps import generate_fragments

    samples = 3 if array.ndim == 3 else 1
    bits = 8 * array.dtype.itemsize
    stored = min(bits, 12)
    with tempfile.TemporaryDirectory() as folder:
        plain, coded = f"{folder}/plain", f"{folder}/coded"
        change = {(0x28, 2): ("US", samples), (0x28, 4): ("CS", "RGB" if samples == 3 else "MONOCHROME2"),
                  (0x28, 0x10): ("US", array.shape[0]), (0x28, 0x11): ("US", array.shape[1]), (0x28, 0x100): ("US", bits),
                  (0x28, 0x101): ("US", stored), (0x28, 0x102): ("US", stored - 1), (0x28, 0x103): ("US", 0)}
        if samples == 3:
            change[0x28, 6] = ("US", 0)
        Path(plain).write_bytes(part10("1.2.840.10008.1.2.1", image(more=change, pixels=array.tobytes())))
        reader = gdcm.ImageReader()
        reader.SetFileName(plain)
        assert reader.Read()
        turn = gdcm.ImageChangeTransferSyntax()
        turn.SetTransferSyntax(gdcm.TransferSyntax(syntax))
        turn.SetInput(reader.GetImage())
        if not turn.Change():
            return b""
        writer = gdcm.ImageWriter()
        writer.SetFile(reader.GetFile())
        writer.SetFileName(coded)
        writer.SetImage(turn.GetOutput())
        assert writer.Write()
        return list(generate_fragments(pydicom.dcmread(coded).PixelData))[1]


def made_streams():
    import gdcm
    from PIL import Image

    y, x = np.mgrid[0:19, 0:23]
    grey = ((x * 11 + y * y) % 256).astype(np.uint8)
    wide = ((x * 700 + y * 90) % 4096).astype(np.uint16)
    colour = np.stack([grey, grey.T[:19, :19].repeat(2, 1)[:, :23], 255 - grey], -1)
    for array in (grey, colour):
        for options in ({}, {"progressive": True}, {"subsampling": 2}, {"restart_marker_blocks": 2}, {"optimize": True}):
            stream = io.BytesIO()
            Image.fromarray(array).save(stream, "JPEG", **options)
            save("jpeg", b"\0\0" + stream.getvalue())
            save("jpeg_extended", b"\0" + stream.getvalue())
        for options in ({"irreversible": False}, {"irreversible": True}, {"tile_size": (16, 16)}, {"num_resolutions": 2}):
            stream = io.BytesIO()
            Image.fromarray(array).save(stream, "JPEG2000", no_jp2=True, **options)
            save("jpeg_2000", b"\0\0" + stream.getvalue())
            save("jpeg_2000", b"\3\0" + stream.getvalue())
    kinds = gdcm.TransferSyntax
    for array in (grey, wide):
        for syntax, target, head in (
            (kinds.JPEGLosslessProcess14_1, "jpeg", b"\2\0"),
            (kinds.JPEGLosslessProcess14, "jpeg", b"\1\0"),
            (kinds.JPEGExtendedProcess2_4, "jpeg_extended", b"\0"),
            (kinds.JPEGLSLossless, "jpeg_ls", b"\0\0"),
            (kinds.JPEGLSNearLossless, "jpeg_ls", b"\1\0"),
            (kinds.JPEG2000Lossless, "jpeg_2000", b"\0\0"),
        ):
            stream = encoded(array, syntax)
            if stream:
                save(target, head + stream)


def from_real(folder):
    import pydicom
    from pydicom.encaps import generate_fragments

    heads = {"4.50": ("jpeg", b"\0\0"), "4.57": ("jpeg", b"\1\0"), "4.70": ("jpeg", b"\2\0"), "4.51": ("jpeg_extended", b"\0"),
             "4.80": ("jpeg_ls", b"\0\0"), "4.81": ("jpeg_ls", b"\1\0"), "4.90": ("jpeg_2000", b"\0\0"), "4.91": ("jpeg_2000", b"\1\0"),
             "4.201": ("jpeg_2000", b"\2\0"), "4.202": ("jpeg_2000", b"\3\0"), "4.203": ("jpeg_2000", b"\4\0")}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_size > 4 << 20:
            continue
        data = path.read_bytes()
        name = path.name.lower()
        if name.endswith((".nii", ".nii.gz", ".hdr")) and len(data) < LARGEST:
            save("nifti", (b"\1" if data[:2] == b"\x1f\x8b" else b"\0") + data)
            continue
        if name.endswith((".nrrd", ".nhdr", ".mha", ".mhd")) and len(data) < LARGEST:
            save("nrrd" if name.endswith((".nrrd", ".nhdr")) else "meta_image", (b"\0" if name.endswith((".nrrd", ".mha")) else b"\1") + data)
            continue
        if data[128:132] == b"DICM" and len(data) < LARGEST:
            save("dicom_header", data)
        try:
            head = pydicom.dcmread(path)
            syntax = head.file_meta.TransferSyntaxUID.removeprefix("1.2.840.10008.1.2.")
            sets = head.get("SpecificCharacterSet", "")
            sets = sets if isinstance(sets, str) else "\\".join(sets)
            text = head.get_item("PatientName")
            if text is not None and text.value:
                save("charset", sets.encode() + b"|" + bytes(text.value))
            if syntax not in heads and syntax != "5":
                continue
            frames = list(generate_fragments(head.PixelData))
        except Exception:
            continue
        fragment = frames[1] if len(frames) > 1 else b""
        if syntax == "5" and max(head.Rows, head.Columns) < 256:
            kind = {1: 0, 8: 1, 16: 2, 32: 3}[head.BitsAllocated]
            save("rle", bytes([kind, head.Columns, head.Rows, 0x80 if head.SamplesPerPixel == 3 else 0]) + fragment)
        elif syntax in heads and len(fragment) < LARGEST:
            target, prefix = heads[syntax]
            save(target, prefix + fragment)


for make in (made_headers, made_pixels, made_texts, made_nifti, made_arrays, made_pictures, made_archives, made_streams):
    make()
if len(sys.argv) > 2:
    from_real(Path(sys.argv[2]))
