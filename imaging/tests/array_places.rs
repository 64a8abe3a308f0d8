//! Places, colours and volumes of NRRD and MetaImage files made for one question each. Affines and
//! values that SimpleITK gave for the same bytes are marked so.

mod arrays;

use arrays::{
    HEADER, META, codes, colours, counting, entries, folder, found, gzip, loaded, put, shorts,
    values, values_of,
};
use imaging::AffineReason;

#[test]
fn every_space_becomes_lps_as_simple_itk_has_it() {
    let folder = folder();
    // rows of the affine by SimpleITK for steps (1.6,1.2,0) (-1.8,2.4,0) (0,0,4), origin (10,20,30)
    let lps = [
        [1.6, -1.8, 0.0, 10.0],
        [1.2, 2.4, 0.0, 20.0],
        [0.0, 0.0, 4.0, 30.0],
    ];
    let ras = [
        [-1.6, 1.8, 0.0, -10.0],
        [-1.2, -2.4, 0.0, -20.0],
        [0.0, 0.0, 4.0, 30.0],
    ];
    let las = [
        [1.6, -1.8, 0.0, 10.0],
        [-1.2, -2.4, 0.0, -20.0],
        [0.0, 0.0, 4.0, 30.0],
    ];
    for (space, expected) in [
        ("left-posterior-superior", lps),
        ("LPS", lps),
        ("right-anterior-superior", ras),
        ("RAS", ras),
        ("left-anterior-superior", las),
        ("scanner-xyz", lps),
    ] {
        let header = HEADER.replace("left-posterior-superior", space).replace(
            "(2,0,0) (0,3,0) (0,0,4)",
            "(1.6, 1.2, 0) (-1.8,2.4,0)  (0,0,4)",
        );
        let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
        let entry = &entries(&path)[0];
        let affine = entry.affine_lps.expect("an affine");
        for (row, expected) in affine.iter().zip(expected) {
            for (a, b) in row.iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{space}: {affine:?}");
            }
        }
        assert_eq!(
            codes(entry).contains(&"scanner_space"),
            space == "scanner-xyz"
        );
    }
    for space in ["3D-right-handed", "middle-earth"] {
        let header = HEADER.replace("left-posterior-superior", space);
        let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
        let found = found(&path);
        match found.series.first() {
            Some(entry) => {
                assert_eq!(entry.affine_reason, Some(AffineReason::NoGeometry));
                assert_eq!(entry.spacing_mm, Some([2.0, 3.0, 4.0]));
            }
            None => assert_eq!(found.skipped[0].reason.code, "attribute_invalid"),
        }
    }
}

#[test]
fn a_meta_image_matrix_holds_one_row_for_each_axis_of_the_image() {
    let folder = folder();
    let header = META.replace("1 0 0 0 1 0 0 0 1", "0.8 0.6 0 -0.6 0.8 0 0 0 1");
    let path = put(
        folder.path(),
        "a.mha",
        &header,
        "ElementDataFile = LOCAL\n",
        &shorts(0..12),
    );
    // SimpleITK: direction 0.8 -0.6 0, 0.6 0.8 0, 0 0 1; spacing 2 3 4; origin 10 20 30
    let expected = [
        [1.6, -1.8, 0.0, 10.0],
        [1.2, 2.4, 0.0, 20.0],
        [0.0, 0.0, 4.0, 30.0],
    ];
    let affine = entries(&path)[0].affine_lps.expect("an affine");
    for (row, expected) in affine.iter().zip(expected) {
        for (a, b) in row.iter().zip(expected) {
            assert!((a - b).abs() < 1e-12, "{affine:?}");
        }
    }
    // older names; SimpleITK: direction 0 0 1, 1 0 0, 0 1 0
    for (matrix, offset) in [("Orientation", "Position"), ("Rotation", "Origin")] {
        let header = META
            .replace(
                "TransformMatrix = 1 0 0 0 1 0 0 0 1",
                &format!("{matrix} = 0 1 0 0 0 1 1 0 0"),
            )
            .replace("Offset", offset)
            .replace("ElementSpacing", "CenterOfRotation = 5 6 7\nElementSize");
        let path = put(
            folder.path(),
            "b.mha",
            &header,
            "ElementDataFile = LOCAL\n",
            &shorts(0..12),
        );
        let affine = entries(&path)[0].affine_lps.expect("an affine");
        assert_eq!(
            affine[..3],
            [
                [0.0, 0.0, 4.0, 10.0],
                [2.0, 0.0, 0.0, 20.0],
                [0.0, 3.0, 0.0, 30.0]
            ]
        );
    }
}

#[test]
fn files_that_simple_itk_wrote_lie_where_it_put_them() {
    let folder = folder();
    // an image turned by 0.3 about y, written by SimpleITK 2.5
    let meta = "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = False\nTransformMatrix = 0.95533648912560598 0 -0.29552020666133955 0 1 0 0.29552020666133955 0 0.95533648912560598\nOffset = -10 20 -30\nCenterOfRotation = 0 0 0\nAnatomicalOrientation = RAI\nElementSpacing = 0.5 0.75 2\nDimSize = 4 3 2\nElementType = MET_SHORT\nElementDataFile = LOCAL\n";
    let nrrd = "NRRD0004\n# Complete NRRD file format specification at:\n# http://teem.sourceforge.net/nrrd/format.html\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: 4 3 2\nspace directions: (0.47766824456280299,0,-0.14776010333066977) (0,0.75,0) (0.59104041332267909,0,1.910672978251212)\nkinds: domain domain domain\nendian: little\nencoding: raw\nspace origin: (-10,20,-30)\n\n";
    let (cos, sin) = (0.3_f64.cos(), 0.3_f64.sin());
    let expected = [
        [0.5 * cos, 0.0, 2.0 * sin, -10.0],
        [0.0, 0.75, 0.0, 20.0],
        [-0.5 * sin, 0.0, 2.0 * cos, -30.0],
    ];
    for (name, header) in [("w.mha", meta), ("w.nrrd", nrrd)] {
        let path = put(folder.path(), name, header, "", &shorts(0..24));
        let affine = entries(&path)[0].affine_lps.expect("an affine");
        for (row, expected) in affine.iter().zip(expected) {
            for (a, b) in row.iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{name}: {affine:?}");
            }
        }
        assert_eq!(values(&path), counting(24));
    }
}

#[test]
fn sheared_directions_are_kept_and_lengths_converted() {
    let folder = folder();
    let header = HEADER.replace("(0,0,4)", "(0,1,4)") + "space units: \"cm\" \"cm\" \"cm\"\n";
    let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
    let entry = &entries(&path)[0];
    assert_eq!(codes(entry), ["length_unit", "sheared"]);
    let affine = entry.affine_lps.expect("an affine");
    assert_eq!(
        [affine[1][2], affine[2][2], affine[0][3]],
        [10.0, 40.0, 100.0]
    );
    let header = META.to_owned() + "DistanceUnits = um\n";
    let path = put(
        folder.path(),
        "a.mha",
        &header,
        "ElementDataFile = LOCAL\n",
        &shorts(0..12),
    );
    let spacing = entries(&path)[0].spacing_mm.expect("a spacing");
    assert!((spacing[2] - 0.004).abs() < 1e-15);
}

#[test]
fn without_a_place_there_is_spacing_and_without_spacing_there_are_pixels() {
    let folder = folder();
    let bare = "NRRD0002\ntype: short\ndimension: 3\nsizes: 2 3 2\nendian: little\nencoding: raw\n";
    let path = put(folder.path(), "a.nrrd", bare, "\n", &shorts(0..12));
    let entry = &entries(&path)[0];
    assert_eq!((entry.spacing_mm, entry.affine_lps), (None, None));
    assert_eq!(entry.affine_reason, Some(AffineReason::NoGeometry));
    assert_eq!(codes(entry), ["spacing_invalid", "no_orientation"]);
    let header = format!("{bare}spacings: 2 3 4\ncenters: cell cell cell\naxis mins: 5 5 5\n");
    let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
    let entry = &entries(&path)[0];
    assert_eq!(entry.spacing_mm, Some([2.0, 3.0, 4.0]));
    assert_eq!(codes(entry), ["no_orientation"]);
    for spacing in ["0 1 -1", "nan 1 1", "inf 1 1"] {
        let header = META.replace("2 3 4", spacing);
        let path = put(
            folder.path(),
            "a.mha",
            &header,
            "ElementDataFile = LOCAL\n",
            &shorts(0..12),
        );
        let entry = &entries(&path)[0];
        assert_eq!(
            (entry.spacing_mm, entry.affine_lps),
            (None, None),
            "{spacing}"
        );
    }
    let header = HEADER.replace("space origin: (10,20,30)\n", "");
    let path = put(folder.path(), "a.nrrd", &header, "\n", &shorts(0..12));
    let entry = &entries(&path)[0];
    assert_eq!(codes(entry), ["no_origin"]);
    assert!(entry.affine_lps.is_some());
}

#[test]
fn a_single_oblique_plane_lies_in_space() {
    let folder = folder();
    let header = "NRRD0004\ntype: uchar\ndimension: 2\nspace: LPS\nsizes: 2 2\nspace directions: (0,2,0) (0,0,3)\nspace origin: (1,2,3)\nencoding: raw\n";
    let path = put(folder.path(), "a.nrrd", header, "\n", &[1, 2, 3, 4]);
    let entry = &entries(&path)[0];
    assert_eq!(entry.size, [2, 2, 1]);
    // the normal of y and z is x, 1 mm
    assert_eq!(
        entry.affine_lps.expect("an affine")[..3],
        [
            [0.0, 0.0, 1.0, 1.0],
            [2.0, 0.0, 0.0, 2.0],
            [0.0, 3.0, 0.0, 3.0]
        ]
    );
}

#[test]
fn colours_are_colours_wherever_their_axis_stands() {
    let folder = folder();
    let colour = |n: u8| [n, 100 + n, 200 + n];
    let expected: Vec<[u8; 3]> = (0..12).map(colour).collect();
    let first: Vec<u8> = expected.iter().flatten().copied().collect();
    let last: Vec<u8> = (0..3)
        .flat_map(|c| expected.iter().map(move |rgb| rgb[c]))
        .collect();
    let middle: Vec<u8> = expected
        .chunks(2)
        .flat_map(|row| (0..3).flat_map(|c| row.iter().map(move |rgb| rgb[c])))
        .collect();
    for (sizes, kinds, data) in [
        ("3 2 3 2", "RGB-color domain domain domain", first.clone()),
        ("2 3 2 3", "domain domain domain RGB-color", last),
        ("2 3 3 2", "domain RGB-color domain domain", middle),
    ] {
        let header = format!(
            "NRRD0004\ntype: uchar\ndimension: 4\nsizes: {sizes}\nkinds: {kinds}\nencoding: raw\n"
        );
        let path = put(folder.path(), "a.nrrd", &header, "\n", &data);
        assert_eq!(colours(&path), expected, "{kinds}");
        let header = header.replace("raw", "gzip");
        let path = put(folder.path(), "b.nrrd", &header, "\n", &gzip(&data));
        assert_eq!(colours(&path), expected, "{kinds}");
    }
    let header = META.replace("MET_SHORT", "MET_UCHAR\nElementNumberOfChannels = 3");
    let path = put(
        folder.path(),
        "a.mha",
        &header,
        "ElementDataFile = LOCAL\n",
        &first,
    );
    assert_eq!(colours(&path), expected);
}

#[test]
fn transparency_is_told_and_colours_of_16_bits_keep_their_range() {
    let folder = folder();
    let header = "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 2 1\nkinds: RGBA-color domain domain\nencoding: raw\n";
    let path = put(
        folder.path(),
        "a.nrrd",
        header,
        "\n",
        &[1, 2, 3, 255, 4, 5, 6, 0],
    );
    assert_eq!(colours(&path), [[1, 2, 3], [4, 5, 6]]);
    let read = loaded(&entries(&path)[0]);
    assert!(
        read.problems
            .iter()
            .any(|problem| problem.code == "alpha_ignored")
    );
    let header = "NRRD0004\ntype: ushort\nendian: big\ndimension: 3\nsizes: 3 2 1\nkinds: RGB-color domain domain\nencoding: raw\n";
    let wide = [0x0100_u16, 0x0200, 0xFFFF, 0x0300, 0x0400, 0x8000];
    let data: Vec<u8> = wide.iter().flat_map(|n| n.to_be_bytes()).collect();
    let path = put(folder.path(), "b.nrrd", header, "\n", &data);
    assert_eq!(colours(&path), [[1, 2, 255], [3, 4, 128]]);
    let range = loaded(&entries(&path)[0]).colour_range.expect("colours");
    assert_eq!((range[0].mean, range[2].max), (512.0, 65535.0));
}

#[test]
fn further_axes_are_volumes_with_their_own_samples() {
    let folder = folder();
    // list last, list first: SimpleITK shows both as two components
    let four = "NRRD0005\ntype: short\ndimension: 4\nspace: LPS\nendian: little\nencoding: raw\nspace origin: (1,2,3)\n";
    let last = format!(
        "{four}sizes: 2 3 2 2\nspace directions: (2,0,0) (0,3,0) (0,0,4) none\nkinds: domain domain domain list\n"
    );
    let path = put(folder.path(), "last.nrrd", &last, "\n", &shorts(0..24));
    let series = entries(&path);
    assert_eq!(series.len(), 2);
    assert_eq!(series[1].stack, "volume 2 of 2");
    assert_eq!(values_of(&series[1])[..3], [12.0, 13.0, 14.0]);
    let first = format!(
        "{four}sizes: 2 2 3 2\nspace directions: none (2,0,0) (0,3,0) (0,0,4)\nkinds: vector domain domain domain\n"
    );
    let path = put(folder.path(), "first.nrrd", &first, "\n", &shorts(0..24));
    let series = entries(&path);
    assert_eq!(series[1].stack, "component 2 of 2");
    assert_eq!(values_of(&series[1])[..3], [1.0, 3.0, 5.0]);
    assert_eq!(series[0].affine_lps, series[1].affine_lps);
    // time as the fourth coordinate of a space
    let timed = format!(
        "{four}sizes: 2 3 2 2\nspace directions: (2,0,0,0) (0,3,0,0) (0,0,4,0) (0,0,0,5)\n"
    )
    .replace("space: LPS", "space: LPST")
    .replace("(1,2,3)", "(1,2,3,0)");
    let path = put(folder.path(), "timed.nrrd", &timed, "\n", &shorts(0..24));
    assert_eq!(entries(&path).len(), 2);
    assert_eq!(values_of(&entries(&path)[1])[0], 12.0);
    // MetaImage: two channels of three times
    let header = META
        .replace("NDims = 3", "NDims = 4")
        .replace("1 0 0 0 1 0 0 0 1", "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1")
        .replace("10 20 30", "10 20 30 0")
        .replace("2 3 4", "2 3 4 1")
        .replace(
            "DimSize = 2 3 2",
            "DimSize = 2 3 2 3\nElementNumberOfChannels = 2",
        );
    let path = put(
        folder.path(),
        "a.mha",
        &header,
        "ElementDataFile = LOCAL\n",
        &shorts(0..72),
    );
    let series = entries(&path);
    assert_eq!(series.len(), 6);
    assert_eq!(series[3].stack, "channel 2 of 2, volume 2 of 3");
    assert_eq!(values_of(&series[3])[..2], [25.0, 27.0]);
    assert_eq!(series[3].spacing_mm, Some([2.0, 3.0, 4.0]));
}

#[test]
fn volumes_are_told_apart_in_the_words_of_their_program() {
    let folder = folder();
    let head = "NRRD0005\ntype: uchar\ndimension: 4\nsizes: 3 1 1 1\nkinds: list domain domain domain\nencoding: raw\n";
    let stacks = |pairs: &str| -> Vec<String> {
        let path = put(
            folder.path(),
            "a.seg.nrrd",
            &format!("{head}{pairs}"),
            "\n",
            &[1, 2, 3],
        );
        entries(&path)
            .into_iter()
            .map(|entry| entry.stack)
            .collect()
    };
    // b grows with the square of the length: (1/2)² of 1000
    let diffusion = "modality:=DWMRI\nDWMRI_b-value:=1000\nDWMRI_gradient_0000:=0 0 0\nDWMRI_gradient_0001:=0 2 0\nDWMRI_gradient_0002:=0.6 0 0.8\n";
    let expected = ["b=0", "b=1000", "b=250"];
    for (n, (stack, weight)) in stacks(diffusion).iter().zip(expected).enumerate() {
        assert_eq!(*stack, format!("volume {} of 3, {weight}", n + 1));
    }
    let repeated = "DWMRI_b-value:=800\nDWMRI_gradient_0000:=0 0 0\nDWMRI_NEX_0000:=2\nDWMRI_gradient_0002:=1 0 0\n";
    assert_eq!(stacks(repeated)[1], "volume 2 of 3, b=0");
    let frames = "MultiVolume.FrameLabels:=0,50,100\nMultiVolume.FrameIdentifyingDICOMTagName:=TriggerTime\nMultiVolume.FrameIdentifyingDICOMTagUnits:=ms\n";
    assert_eq!(stacks(frames)[2], "volume 3 of 3, TriggerTime 100 ms");
    let segments = "Segment0_ID:=S0\nSegment0_Name:=肝\nSegment0_LabelValue:=1\nSegment0_Layer:=0\nSegment1_Name:=Tumour\nSegment1_LabelValue:=2\nSegment1_Layer:=0\nSegment2_Name:=Vessel\nSegment2_LabelValue:=1\nSegment2_Layer:=2\n";
    assert_eq!(
        stacks(segments),
        [
            "layer 1 of 3, 肝 (1), Tumour (2)",
            "layer 2 of 3",
            "layer 3 of 3, Vessel (1)"
        ]
    );
    let one = head.replace("3 1 1 1", "1 1 1 1") + segments;
    let path = put(folder.path(), "one.seg.nrrd", &one, "\n", &[1]);
    let entry = &entries(&path)[0];
    assert_eq!(
        (entry.description.as_str(), entry.stack.as_str()),
        ("one", "肝 (1), Tumour (2)")
    );
}
