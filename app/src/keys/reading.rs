//! How the Japanese names of acts are read, so that the palette finds them by kana and Latin letters.

use super::Action;

/// Readings by id. Names in kana need none.
const READINGS: &[(&str, &str)] = &[
    ("palette", "こまんどをさがす"),
    ("terms", "ようごをさがす"),
    ("undo", "もとにもどす"),
    ("redo", "やりなおす"),
    ("save_info", "ほぞんのじこくをしめす"),
    ("region_next", "つぎのくかく"),
    ("region_prev", "まえのくかく"),
    ("full_screen", "ぜんがめん"),
    ("key_chart", "きーのいちらん"),
    ("settings", "せってい"),
    ("text_larger", "もじをおおきく"),
    ("text_smaller", "もじをちいさく"),
    ("text_reset", "もじをひょうじゅんに"),
    ("left_panel", "ひだりぱねるのかいへい"),
    ("right_panel", "みぎぱねるのはば"),
    ("announce", "いちとあたいをよみあげ"),
    ("open", "ぷろじぇくとをひらく"),
    ("new", "あたらしいぷろじぇくと"),
    ("close_case", "しょうれいをとじる"),
    ("hide_overlays", "かさねひょうじをかくす"),
    ("peek_other", "べつのがぞうをいちじひょうじ"),
    ("pan_hold", "うごかす"),
    ("overlay_text", "がぞうじょうのもじりょう"),
    ("slice_prev", "まえのすらいす"),
    ("slice_next", "つぎのすらいす"),
    ("slice_prev10", "10まいまえ"),
    ("slice_next10", "10まいあと"),
    ("slice_first", "さいしょ"),
    ("slice_last", "さいご"),
    ("frame_prev", "まえのしりーずふれーむ"),
    ("frame_next", "つぎのしりーずふれーむ"),
    ("finding_prev", "まえのしょけん"),
    ("finding_next", "つぎのしょけん"),
    ("unseen_prev", "まえのみどく"),
    ("unseen_next", "つぎのみどく"),
    ("attributes", "ぞくせいへかくてい"),
    ("wheel_step", "ほいーるおくり"),
    ("window_1", "かいちょう1はいや"),
    ("window_2", "かいちょう2じゅうかく"),
    ("window_3", "ちょくぜんのかいちょう"),
    ("window_4", "かいちょう3ほね"),
    ("window_5", "かいちょう4のう"),
    ("window_auto", "じどうのかいちょう"),
    ("invert", "しろくろはんてん"),
    ("layout_1", "1がめん"),
    ("layout_2", "さゆう2がめん"),
    ("layout_3", "じょうげ2がめん"),
    ("layout_4", "4がめん"),
    ("plane_1", "じくいだん"),
    ("plane_2", "かんじょうだん"),
    ("plane_3", "しじょうだん"),
    ("fit", "がぞうぜんたい"),
    ("tool_select", "せんたく"),
    ("tool_pan", "いどう"),
    ("tool_window", "かいちょう"),
    ("tool_zoom", "かくだい"),
    ("tool_crosshair", "じゅうじせん"),
    ("tool_eraser", "けしごむ"),
    ("tool_box2d", "はこ"),
    ("tool_point", "てん"),
    ("brush_smaller", "ぶらしをほそく"),
    ("brush_larger", "ぶらしをふとく"),
    ("threshold_down", "しきいちをさげる"),
    ("threshold_up", "しきいちをあげる"),
    ("delete_finding", "しょけんをけす"),
    ("copy_finding", "しょけんをこぴー"),
    ("paste_finding", "しょけんをはりつけ"),
    ("solo", "このしょけんだけひょうじ"),
    ("lock", "しょけんをこていかいじょ"),
    ("submit", "しょうれいをていしゅつ"),
    ("case_next", "つぎのしょうれい"),
    ("case_prev", "まえのしょうれい"),
    ("hold", "しょうれいをほりゅう"),
    ("flag_lead", "せきにんしゃにしつもん"),
    ("no_finding", "しょけんなし"),
    ("link", "れんどう"),
    ("take_a", "Aをさいよう"),
    ("take_b", "Bをさいよう"),
    ("take_and", "きょうつうぶぶん"),
    ("take_or", "わ"),
    ("reject", "しょけんにしない"),
    ("diff_next", "つぎのふいっち"),
    ("diff_prev", "まえのふいっち"),
    ("decide", "さいていしてつぎへ"),
    ("row_up", "うえのぎょう"),
    ("row_down", "したのぎょう"),
    ("row_open", "ぎょうをひらく"),
];

impl Action {
    /// How its Japanese name is read; empty where the name itself is in kana.
    #[must_use]
    pub fn reading(self) -> &'static str {
        let id = self.id();
        let row = READINGS.iter().find(|(of, _)| *of == id);
        row.map_or("", |(_, reading)| reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_is_of_an_act_and_can_be_written_in_latin_letters() {
        for (id, reading) in READINGS {
            let folded = crate::search::fold(reading).text;
            assert!(Action::of_id(id).is_some(), "{id}");
            assert!(
                crate::search::plain_of(&folded).is_some(),
                "{id}: {reading}"
            );
        }
    }
}
