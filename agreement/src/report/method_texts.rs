//! How each figure is defined, in both languages, with the keys of its sources.

use super::words::Bilingual;
use crate::figure::Reason;
use crate::finding::MatchRule;
use crate::mask::{PairOptions, StapleFigures, StapleRegion};
use crate::rating::{ByCase, Scale};

fn texts(japanese: impl Into<String>, english: impl Into<String>) -> Bilingual {
    Bilingual::new(japanese, english)
}

/// Symmetric and directed figures of two masks.
pub(crate) fn overlap() -> Vec<Bilingual> {
    vec![
        texts(
            "Dice = 2|A∩B| / (|A|+|B|)、IoU = |A∩B| / |A∪B| {dice}。どちらの読影も正解ではないため、対称な指標（Dice、IoU、表面距離）を主とし、方向のある指標（感度、適合率、相対体積差）は A を基準とした傾向として示します。",
            "Dice = 2|A∩B| / (|A|+|B|), IoU = |A∩B| / |A∪B| {dice}. Neither reading is the truth: symmetric figures (Dice, IoU, surface distances) lead; directed ones (sensitivity, precision, relative volume difference) take A as the reference and show a tendency.",
        ),
        texts(
            "両者とも描画なしは「不在で一致」として数え、Dice の平均に含めません。片方だけ描画なしのとき Dice は 0、距離は定義しません {metrics}。",
            "Drawn by neither counts as agreed absent and is not part of the mean Dice. Drawn by one only: Dice is 0 and distances are undefined {metrics}.",
        ),
    ]
}

/// Distances between surfaces.
pub(crate) fn surface(options: &PairOptions) -> Vec<Bilingual> {
    let list: Vec<String> = options
        .tolerances_mm
        .iter()
        .map(ToString::to_string)
        .collect();
    let (tolerances, width) = (list.join(", "), options.boundary_mm);
    vec![
        texts(
            "表面は 2×2×2 ボクセルごとの面要素で表し、面積で重み付けします {surface}。距離は異方性を考慮した厳密なユークリッド距離 {edt} です。HD は両方向の最大、HD95・HD99 は各方向の百分位点の大きい方 {hausdorff}、ASSD は両表面をまとめた平均、MASD は両方向の平均の平均です。1 スライスの画像は 2 次元で測ります。",
            "Surfaces are the elements of each 2×2×2 voxels, weighted by their area {surface}. Distances are exact Euclidean ones on the anisotropic grid {edt}. HD is the maximum of both directions, HD95 and HD99 the larger of both directed percentiles {hausdorff}, ASSD the mean over both surfaces together, MASD the mean of both directed means. An image of one slice is measured in two dimensions.",
        ),
        texts(
            format!(
                "NSD は許容差 {tolerances} mm 以内にある両表面の割合です {{surface}}。境界 IoU は境界から {width} mm の帯の IoU です {{boundary}}。"
            ),
            format!(
                "NSD is the share of both surfaces within {tolerances} mm {{surface}}. Boundary IoU is the IoU of the bands of {width} mm along the borders {{boundary}}."
            ),
        ),
        texts(
            "ボクセル κ は画像の全ボクセルに対する Cohen の κ {cohen60} で、撮影範囲に左右されるため参考です。",
            "Voxel κ is Cohen's κ {cohen60} over all voxels of the image; it depends on the field of view and is for orientation only.",
        ),
    ]
}

/// Consensus of several readers.
pub(crate) fn consensus(staple: &StapleFigures) -> Vec<Bilingual> {
    let prior = staple
        .prior
        .map_or_else(|| "–".to_owned(), |prior| format!("{prior:.6}"));
    let (region_ja, region_en) = match staple.region {
        StapleRegion::Image => ("画像全体", "the whole image"),
        StapleRegion::UnionBox => (
            "全マスクを囲む最小の箱",
            "the smallest box around all masks",
        ),
    };
    let rounds = staple.rounds;
    let (source_ja, source_en) = match staple.prior_source {
        "given" => ("指定値", "given"),
        _ => ("全判定の平均", "mean of all decisions"),
    };
    let (end_ja, end_en) = if staple.converged {
        ("で収束", "converged")
    } else {
        ("で収束せず", "not converged")
    };
    vec![
        texts(
            "一般化適合指数（GCI）= 全組の |A∩B| の和 / 全組の |A∪B| の和 {gci}。多数決は半数を超える読影者が描いたボクセルです（同数は背景）。",
            "Generalised conformity index (GCI) = sum of |A∩B| over all pairs / sum of |A∪B| {gci}. Majority: voxels that more than half of the readers drew (ties are background).",
        ),
        texts(
            format!(
                "STAPLE {{staple}} は{region_ja}で推定し、事前確率は {prior}（{source_ja}）、{rounds} 回{end_ja}（変化の二乗和 < 1e-14）。事前確率と特異度は範囲に左右されます。"
            ),
            format!(
                "STAPLE {{staple}} over {region_en}, prior {prior} ({source_en}), {rounds} rounds, {end_en} (stop when the squared changes sum to < 1e-14). Prior and specificity depend on the region."
            ),
        ),
        texts(
            "SIMPLE {simple} は重み付き投票で、平均 − 1 標準偏差を下回る読影者を除きます（3 名以上は残す）。形状平均 {shape} は各読影者の符号付き距離（mm）の平均が負の領域です。読影者を含む合意との一致は高めに出るため、その読影者を除いた多数決との Dice を併記します。",
            "SIMPLE {simple}: weighted vote that drops readers below mean − 1 SD (at least three stay). Shape-based average {shape}: where the mean of the readers' signed distances in mm is negative. Agreement with a consensus that contains the reader is optimistic; Dice to the majority of the others stands beside it.",
        ),
    ]
}

/// All labels at once.
pub(crate) fn labels() -> Vec<Bilingual> {
    vec![texts(
        "ラベルごとに別々に比較し、全ラベルをまとめた平均は求めません {metrics}。多ラベル STAPLE {staple} は多数決から始め、全読影者の頻度を事前確率とし、同点のボクセルは未決定とします。",
        "Each label is compared by itself; no mean over labels of different size is formed {metrics}. Multi-label STAPLE {staple} starts from the majority vote, takes the labels' frequencies over all readers as the prior and leaves exact ties undecided.",
    )]
}

/// Categories of two readers, or of more.
pub(crate) fn categories(scale: Scale, n_readers: usize) -> Vec<Bilingual> {
    let mut found = vec![texts(
        "観察一致率は、2 名以上が評価した項目での一致した組の割合の平均です。",
        "Observed agreement: mean over items with two or more ratings of the share of agreeing pairs.",
    )];
    if n_readers == 2 {
        found.push(texts(
            "その区間は Wilson {wilson}。Cohen の κ {cohen60}、重み付き κ {cohen68}（順位の差：線形は 1 − |i−j|/(q−1)、二次は 1 − (i−j)²/(q−1)²）。標準誤差と区間は Fleiss・Cohen・Everitt {fce69}。Scott の π {scott}。",
            "Its interval: Wilson {wilson}. Cohen's κ {cohen60}, weighted κ {cohen68} (on ranks: linear 1 − |i−j|/(q−1), quadratic 1 − (i−j)²/(q−1)²). Standard errors and intervals: Fleiss, Cohen & Everitt {fce69}. Scott's π {scott}.",
        ));
    }
    let (scale_ja, scale_en) = scale_name(scale);
    found.push(texts(
        "Fleiss の κ {fleiss71}（評価数が不揃いのときは Gwet の一般化 {gwet14}）、Gwet の AC1・AC2 {gwet08}、Brennan–Prediger {brennan}：標準誤差は項目を単位とし、区間は t(n−1)。帰無仮説のもとの Fleiss κ の標準誤差は {fnl79}。",
        "Fleiss' κ {fleiss71} (unequal numbers of ratings: Gwet's form {gwet14}), Gwet's AC1 and AC2 {gwet08}, Brennan–Prediger {brennan}: standard errors by items, intervals t(n−1); standard error of Fleiss' κ under chance {fnl79}.",
    ));
    found.push(alpha(scale_ja, scale_en));
    found.push(texts(
        "κ には必ず観察一致率と分布を並べます。分類が偏ると一致率が高くても κ は低くなります {paradox}。2 分類では PABAK、有病率指数、偏り指数 {byrt}、陽性・陰性一致率 {specific} を併記します。",
        "κ is always accompanied by the observed agreement and the margins: with skewed categories κ is low although agreement is high {paradox}. Two categories: PABAK, prevalence and bias index {byrt}, positive and negative agreement {specific}.",
    ));
    found
}

/// Intervals of a table whose rows name their cases.
pub(crate) fn by_case(of: &ByCase) -> Bilingual {
    let (n, resamples, seed) = (of.n_cases, of.resamples, of.seed);
    if of.reasons.get("limits") == Some(Reason::TooManyValues) {
        return texts(
            "分類が 100 を超えるため、症例単位の区間は求めません。",
            "No intervals by case beyond 100 categories.",
        );
    }
    if resamples == 0 {
        return texts(
            format!("症例単位の区間は、比べられる項目のある症例が 10 例以上で求めます（{n} 例）。"),
            format!("Intervals by case need ten cases with something to compare ({n} here)."),
        );
    }
    texts(
        format!(
            "症例単位の区間：{n} 例を復元抽出し、選ばれた症例の全項目を用いた {resamples} 回の百分位点（乱数の種 {seed}）。"
        ),
        format!(
            "Intervals by case: {n} cases drawn with replacement, all their items kept; percentiles of {resamples} resamples (seed {seed})."
        ),
    )
}

fn scale_name(scale: Scale) -> (&'static str, &'static str) {
    match scale {
        Scale::Nominal => ("名義", "nominal"),
        Scale::Ordinal => ("順序", "ordinal"),
        Scale::Interval => ("間隔", "interval"),
        Scale::Ratio => ("比例", "ratio"),
    }
}

fn alpha(scale_ja: &str, scale_en: &str) -> Bilingual {
    texts(
        format!(
            "Krippendorff の α {{alpha}}（{scale_ja}尺度）：区間は項目を単位とする再標本化 2,000 回の百分位点（乱数の種 1）。"
        ),
        format!(
            "Krippendorff's α {{alpha}} ({scale_en}): interval by percentiles of 2,000 resamples of items (seed 1)."
        ),
    )
}

/// Measurements.
pub(crate) fn measurements(scale: Scale, n_readers: usize) -> Vec<Bilingual> {
    let (scale_ja, scale_en) = scale_name(scale);
    let mut found = vec![
        texts(
            "級内相関係数は二元配置分散分析による Shrout・Fleiss の 6 形式 {shrout}、区間は F 分布、(2,1) と (2,k) は Satterthwaite の自由度 {mcgraw}。読影者を標本とみなし絶対値の一致を問うときは (2,1) を主とします。",
            "Intraclass correlation: the six forms of Shrout & Fleiss {shrout} from the two-way analysis of variance; intervals by F, for (2,1) and (2,k) with Satterthwaite's degrees of freedom {mcgraw}. (2,1) leads where readers are a sample and absolute values matter.",
        ),
        texts(
            "個体内標準偏差は項目内の平均平方の平方根、再現性係数はその 1.96√2 倍です {ba96}。",
            "Within-subject SD: root of the mean square within items; repeatability coefficient: 1.96 √2 times that {ba96}.",
        ),
        alpha(scale_ja, scale_en),
    ];
    if n_readers == 2 {
        found.push(texts(
            "一致限界は偏り ± 1.96 SD {ba86}、その区間は t(n−1) {ba99}。差またはばらつきが平均とともに変わるかは最小二乗直線の傾きで調べ、値がすべて正なら平均に対する百分率の限界を併記します {ba99}。Lin の一致相関係数 {lin}。",
            "Limits of agreement: bias ± 1.96 SD {ba86}, their intervals t(n−1) {ba99}. Whether the difference or its spread changes with the mean is examined by the slopes of least-squares lines; where all values are positive, limits in percent of the mean stand beside {ba99}. Lin's concordance correlation {lin}.",
        ));
    }
    found
}

/// Measurements of items in several rows.
pub(crate) fn repeated() -> Vec<Bilingual> {
    vec![texts(
        "同じ項目が複数回測られているため、真値が変わる場合の一致限界（一元配置分散分析の分散成分）を用います {ba07}。",
        "Items were measured several times: limits of agreement for a varying true value, by the components of a one-way analysis of variance {ba07}.",
    )]
}

/// What a project's report shows of presence and of answers with categories.
pub(crate) fn project_categories() -> Vec<Bilingual> {
    vec![texts(
        "有無と分類：観察一致率（区間は Wilson {wilson}）、Cohen の κ {cohen60}、順序の項目では二次重み付き κ {cohen68}、その区間は Fleiss・Cohen・Everitt {fce69}、PABAK {byrt}、Gwet の AC1 {gwet08}、陽性・陰性一致率 {specific}。分類が偏ると一致率が高くても κ は低くなります {paradox}。単位は、有無では症例、分類では両者が見つけた所見です。1 例に複数の所見があり 10 例以上のときは、区間は症例を再標本化した百分位点です（通常 2,000 回、乱数の種 1。再標本の 20 分の 1 を超えて係数が定義できないときは除く）。",
        "Presence and categories: observed agreement (interval: Wilson {wilson}), Cohen's κ {cohen60}, for ordinal fields κ with quadratic weights {cohen68}, intervals by Fleiss, Cohen & Everitt {fce69}; PABAK {byrt}, Gwet's AC1 {gwet08}, positive and negative agreement {specific}. With skewed categories κ is low although agreement is high {paradox}. The unit is the case for presence and the finding of both for categories. Where a case has several findings and there are ten cases or more, intervals are percentiles of resamples of cases (2,000 as a rule, seed 1; not where more than a twentieth of them leave the coefficient undefined).",
    )]
}

/// What a project's report shows of measured fields.
pub(crate) fn project_measurements() -> Vec<Bilingual> {
    vec![texts(
        "計測値：ICC(2,1) {shrout}（区間は Satterthwaite の自由度 {mcgraw}）、Lin の一致相関係数 {lin}、一致限界 {ba86}（1 例に複数の所見があるときは症例を被験者とする分散成分 {ba07}）。単位は両者が見つけた所見です。1 例に複数の所見があり 10 例以上のときは、区間は症例を再標本化した百分位点です（通常 2,000 回、乱数の種 1。再標本の 20 分の 1 を超えて係数が定義できないときは除く）。",
        "Measurements: ICC(2,1) {shrout} (interval with Satterthwaite's degrees of freedom {mcgraw}), Lin's concordance correlation {lin}, limits of agreement {ba86} (several findings a case: variance components with cases as subjects {ba07}). The unit is the finding of both. Where a case has several findings and there are ten cases or more, intervals are percentiles of resamples of cases (2,000 as a rule, seed 1; not where more than a twentieth of them leave the coefficient undefined).",
    )]
}

/// Findings matched between readers.
pub(crate) fn findings(rule: MatchRule, by_label: bool) -> Vec<Bilingual> {
    let mut found = matching(rule, by_label);
    found.push(f1_interval());
    found.push(parts(rule.is_distance()));
    found
}

/// When two findings are the same.
pub(crate) fn matching(rule: MatchRule, by_label: bool) -> Vec<Bilingual> {
    let rule = match rule {
        MatchRule::ThresholdIou(least) => format!("IoU ≥ {least}"),
        MatchRule::ThresholdMm(most) => format!("≤ {most} mm"),
    };
    let (ja, en) = if by_label {
        ("同じラベルどうしで、", " of equal labels")
    } else {
        ("", "")
    };
    vec![texts(
        format!(
            "所見の対応付け：{ja}{rule} の組のうち、対応数が最大、次に重なりの合計が最大（点では距離の合計が最小）の組み合わせ {{kuhn}}。F1 = 2tp / (2tp + fp + fn) は 2 名で対称、適合率と再現率は基準を入れ替えると入れ替わります。真陰性がないため κ は求めません {{metrics}}。"
        ),
        format!(
            "Matching of findings: among pairs{en} with {rule} the most matches, then the largest total overlap (points: the smallest total distance) {{kuhn}}. F1 = 2tp / (2tp + fp + fn) is symmetric; precision and recall swap with the reference. There are no true negatives, hence no κ {{metrics}}."
        ),
    )]
}

/// The interval of F1.
pub(crate) fn f1_interval() -> Bilingual {
    texts(
        "F1 の区間は症例を単位とする再標本化 10,000 回の百分位点です（乱数の種 1、10 例未満では示しません）。",
        "Interval of F1: percentiles of 10,000 resamples of cases (seed 1; none below ten cases).",
    )
}

/// What a split is.
fn parts(is_distance: bool) -> Bilingual {
    let (ja, en) = if is_distance {
        (
            "片方の点の許容距離内に他方の点が 2 個以上ある",
            "two or more of the other reader's points lie within the distance of one point",
        )
    } else {
        (
            "片方の所見 1 個の中に他方の所見 2 個以上が半分以上含まれる",
            "one finding holds at least half of each of two or more of the other reader's",
        )
    };
    texts(
        format!("分割・融合は、{ja}ことをいいます。"),
        format!("Split and merge: {en}."),
    )
}

/// Panoptic quality, the free-response curve, average precision.
pub(crate) fn scored(has_panoptic: bool, has_scores: bool) -> Vec<Bilingual> {
    let mut found = Vec::new();
    if has_panoptic {
        found.push(texts(
            "PQ = SQ × RQ {panoptic}（対応した所見の平均 IoU × F1）。",
            "PQ = SQ × RQ {panoptic} (mean IoU of the matches × F1).",
        ));
    }
    if has_scores {
        found.push(texts(
            "FROC {froc} は確信度の高い順に最良の未対応所見へ割り当て、同じ所見への 2 個目は偽陽性とします {coco}。1/8〜8 偽陽性／症例での感度の平均 {luna}。AP は COCO の定義（IoU 0.50:0.05:0.95、101 点、1 画像 100 件まで）{coco}。",
            "FROC {froc}: greedy by falling score to the best free finding; a second hit on a finding is a false positive {coco}. Mean sensitivity at 1/8 to 8 false positives per case {luna}. AP as in COCO (IoU 0.50:0.05:0.95, 101 points, at most 100 per image) {coco}.",
        ));
    }
    found
}

/// Means of cases with intervals.
pub(crate) fn bootstrap(resamples: usize, seed: u64, clustered: bool) -> Vec<Bilingual> {
    vec![if clustered {
        texts(
            format!(
                "平均の 95 % 区間はクラスターを単位とするブートストラップの百分位点（{resamples} 回、乱数の種 {seed}）。"
            ),
            format!(
                "95 % interval of the mean: percentiles of a bootstrap of whole clusters ({resamples} resamples, seed {seed})."
            ),
        )
    } else {
        texts(
            format!(
                "平均の 95 % 区間はブートストラップ：百分位点と BCa {{bca}}（{resamples} 回、乱数の種 {seed}）。四分位点は線形補間（type 7）。"
            ),
            format!(
                "95 % interval of the mean by bootstrap: percentiles and BCa {{bca}} ({resamples} resamples, seed {seed}). Quartiles by linear interpolation (type 7)."
            ),
        )
    }]
}

/// Number of items of a study.
pub(crate) fn planning(kind: &str) -> Vec<Bilingual> {
    let (ja, en) = match kind {
        "kappa_test" => (
            "κ の検定 {donner}：2 名・2 分類の適合度検定",
            "Test of κ {donner}: goodness of fit, two readers, two categories",
        ),
        "kappa_ci" => (
            "κ の区間幅 {bloch}：2 名・2 分類、周辺分布が等しい大標本分散",
            "Width of the interval of κ {bloch}: two readers, two categories, large-sample variance with equal margins",
        ),
        "icc_ci" => (
            "ICC の区間幅 {bonett}",
            "Width of the interval of the ICC {bonett}",
        ),
        "icc_test" => (
            "ICC の検定（片側）{walter}",
            "One-sided test of the ICC {walter}",
        ),
        _ => (
            "対応のある Dice の差：対応のある t 検定、非心 t 分布による厳密な検出力",
            "Paired difference of Dice: paired t test, exact power by the noncentral t",
        ),
    };
    vec![texts(format!("{ja}。"), format!("{en}."))]
}
