//! DICOM (PS3.3, PS3.5, PS3.10): from files to series entries and volumes.
//!
//! What pixels mean follows the conformance document (its §3 grey, §4 colour). What is read, and the
//! test that holds it:
//!
//! | § | What | Test |
//! |---|---|---|
//! | 3.1 | bits stored, high bit, rubbish beside them, sign | `stored_bits_are_masked_shifted_and_sign_extended_before_rescale`, `stored_bits_may_lie_anywhere_in_the_word` |
//! | 3.1 | 1 bit | `every_image_agrees_…` (codecs/bits1-*) |
//! | 3.1 | 8 and 32 bits, signed and unsigned; float and double | `numbers_of_8_and_32_bits_keep_their_sign`, `float_and_double_pixels_are_read_with_padding_of_their_own` |
//! | 3.1 | 12 bits allocated, two pixels in three bytes | `pixels_of_12_bits_are_unpacked_from_three_bytes_for_two`, `a_real_image_of_12_packed_bits_has_the_values_that_simpleitk_sees` |
//! | 3.1 | big-endian words of bytes | `bytes_in_big_endian_words_are_turned_in_pairs` |
//! | 3.2 | rescale by slice and by frame | `rescale_may_differ_from_slice_to_slice`, `frames_of_an_enhanced_image_follow_their_functional_groups` |
//! | 3.2 | Modality LUT, also by frame; signed first value; its unit | `a_modality_table_replaces_slope_and_intercept`, `a_modality_table_begins_at_a_signed_value_and_names_its_unit`, `frames_may_have_modality_tables_of_their_own` |
//! | 3.3 | windows: several, explained, SIGMOID, bad widths, by frame | `windows_come_with_name_and_function_and_bad_widths_are_dropped`, `planes_with_windows_of_their_own_keep_them_and_the_middle_one_stands_for_all` |
//! | 3.3 | LINEAR below 1 | `a_linear_window_below_one_is_read_as_exact_and_told` |
//! | 3.3 | VOI LUT: order, sign, bits, packed bytes, by frame | `a_grey_table_is_offered_and_comes_first_where_there_is_no_window`, `a_grey_table_may_stand_in_the_group_of_the_frame_with_packed_bytes`, `the_grey_table_of_a_real_file_has_the_entries_that_pydicom_reads` |
//! | 3 | Presentation LUT Shape, MONOCHROME1 | `the_presentation_shape_inverts_and_monochrome_1_stays_inverse` |
//! | 3.4 | fitted window | `a_fitted_window_leaves_out_padding_and_what_lies_outside_a_round_field` |
//! | 3.5 | padding: value, range, sign; old CT without the tag (for the fitted window alone) | `padding_of_signed_pixels_is_signed_whatever_it_was_written_as`, `padding_of_signed_bytes_and_ranges_is_compared_with_stored_values` |
//! | 3.6 | uptake: decay from injection, past midnight, earliest start, makers' factors, what is missing | the tests `uptake_…`, `a_date_that_was_moved_by_pseudonymization_is_not_believed`, `the_uptake_of_real_scans_is_what_their_numbers_give` |
//! | 3.7 | real-world values: linear, tables, sign, by frame | `real_world_values_come_from_stored_values_and_not_from_rescaled_ones`, `real_world_values_may_be_tables_and_differ_from_frame_to_frame`, `the_real_world_maps_of_real_files_are_those_that_pydicom_reads` |
//! | 4.1 | planes of colour, 8 and 16 bits, native and run-length | `planes_of_colour_are_interleaved`, `planes_of_colour_are_interleaved_for_16_bits_and_left_alone_in_run_length_coding` |
//! | 4.1 | YBR_FULL, YBR_FULL_422 native (odd counts, in fragments), YBR_PARTIAL | `two_pixels_share_their_chroma_in_native_ybr_422`, `the_last_pixel_of_an_odd_number_in_422_keeps_its_brightness`, `uncompressed_frames_in_fragments_share_their_chroma_as_native_ones_do`, `old_video_colours_of_reduced_range_reach_black_and_white` |
//! | 4.1 | fewer and more than 8 bits: a volume keeps 8, the file's range stays known | `colours_of_few_bits_reach_white_and_those_of_many_keep_their_high_byte` |
//! | 4.2 | who says what a JPEG's components are | `every_image_agrees_…` (codecs/rgb-*, ybr-*) |
//! | 4.3 | palettes: 16 bits, 8 bits packed, clamped | `a_palette_of_16_bits_keeps_its_range_and_shows_its_high_byte`, `entries_of_8_bits_may_be_packed_and_indices_are_clamped` |
//! | 4.3 | segmented palettes, 8 and 16 bits, bounded | `segmented_palettes_are_written_out`, `segmented_palettes_of_8_bits_are_bytes_in_words_of_either_order`, `segments_without_entries_come_to_an_end` |
//! | 4.4 | supplemental palette: stays grey, told | `colours_amid_grey_values_stay_grey_and_are_told` |
//! | 4.5 | ICC profile: told where it is not sRGB, not applied | `a_colour_profile_is_told_only_where_it_is_not_srgb`, `a_profile_is_known_by_its_primaries` |
//! | 4.6 | overlays: place, frames, embedded, big endian, too short | `the_overlays_of_real_files_are_those_of_pydicom`, `frames_of_an_overlay_follow_each_other_within_bytes_and_begin_at_their_frame`, `overlays_of_big_endian_words_and_of_unused_pixel_bits_are_read`, `an_overlay_with_too_few_bits_is_told_and_the_image_is_read` |
//! | 5 | loss, with ratio and method, for derived objects | `loss_is_known_with_ratio_and_method_or_by_the_coding` |
//!
//! Not done: mask subtraction (§3.8), a real-world map in an object of its own, a presentation LUT other
//! than its two shapes; a real-world map beside a Modality LUT is told and left out, because the volume
//! holds the table's output.

pub(crate) mod bit_window;
pub(crate) mod charset;
pub(crate) mod code_stream;
pub(crate) mod codec;
pub(crate) mod compression_bound;
pub(crate) mod copies;
pub(crate) mod csa;
pub(crate) mod data_set;
pub(crate) mod date_time;
pub(crate) mod directory;
pub(crate) mod extras;
pub(crate) mod fragments;
pub(crate) mod frame_marks;
pub(crate) mod functional_groups;
pub(crate) mod geometry;
pub(crate) mod grey_tables;
pub(crate) mod group;
pub(crate) mod header;
pub(crate) mod icc;
pub(crate) mod image_file;
pub(crate) mod iso2022;
pub(crate) mod jpeg_2000;
pub(crate) mod jpeg_extended;
pub(crate) mod jpeg_huffman;
pub(crate) mod jpeg_lossless;
pub(crate) mod jpeg_ls;
pub(crate) mod jpeg_ls_model;
pub(crate) mod jpeg_marker;
pub(crate) mod jpeg_xl;
pub(crate) mod layout;
pub(crate) mod lookup_table;
pub(crate) mod lossy;
pub(crate) mod mosaic;
pub(crate) mod name;
pub(crate) mod nuclear;
pub(crate) mod overlays;
pub(crate) mod palette;
pub(crate) mod part10;
pub(crate) mod per_frame;
pub(crate) mod photometric;
pub(crate) mod pixels;
pub(crate) mod prescan;
pub(crate) mod private_value;
pub(crate) mod projection;
pub(crate) mod real_world;
pub(crate) mod regions;
pub(crate) mod registry_codec;
pub(crate) mod remarks;
pub(crate) mod rescale;
pub(crate) mod run_length;
pub(crate) mod segmented;
pub(crate) mod source;
pub(crate) mod stack_words;
pub(crate) mod stacks;
pub(crate) mod stored;
pub(crate) mod structure_set;
pub(crate) mod tags;
pub(crate) mod uptake;
pub(crate) mod value_representation;
pub(crate) mod windows;
