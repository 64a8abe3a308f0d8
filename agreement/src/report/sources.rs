//! The works that definitions come from.

/// Key, citation, DOI (empty where there is none).
const SOURCES: [(&str, &str, &str); 45] = [
    (
        "cohen60",
        "Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas 1960",
        "10.1177/001316446002000104",
    ),
    (
        "cohen68",
        "Cohen J. Weighted kappa. Psychol Bull 1968",
        "10.1037/h0026256",
    ),
    (
        "fce69",
        "Fleiss JL, Cohen J, Everitt BS. Large sample standard errors of kappa and weighted kappa. Psychol Bull 1969",
        "10.1037/h0028106",
    ),
    (
        "scott",
        "Scott WA. Reliability of content analysis. Public Opin Q 1955",
        "10.1086/266577",
    ),
    (
        "fleiss71",
        "Fleiss JL. Measuring nominal scale agreement among many raters. Psychol Bull 1971",
        "10.1037/h0031619",
    ),
    (
        "fnl79",
        "Fleiss JL, Nee JCM, Landis JR. Large sample variance of kappa. Psychol Bull 1979",
        "10.1037/0033-2909.86.5.974",
    ),
    (
        "gwet08",
        "Gwet KL. Computing inter-rater reliability and its variance. Br J Math Stat Psychol 2008",
        "10.1348/000711006X126600",
    ),
    (
        "brennan",
        "Brennan RL, Prediger DJ. Coefficient kappa: some uses, misuses, and alternatives. Educ Psychol Meas 1981",
        "10.1177/001316448104100307",
    ),
    (
        "alpha",
        "Hayes AF, Krippendorff K. Answering the call for a standard reliability measure. Commun Methods Meas 2007",
        "10.1080/19312450709336664",
    ),
    (
        "byrt",
        "Byrt T, Bishop J, Carlin JB. Bias, prevalence and kappa. J Clin Epidemiol 1993",
        "10.1016/0895-4356(93)90018-V",
    ),
    (
        "specific",
        "Cicchetti DV, Feinstein AR. High agreement but low kappa: II. J Clin Epidemiol 1990",
        "10.1016/0895-4356(90)90159-M",
    ),
    (
        "paradox",
        "Feinstein AR, Cicchetti DV. High agreement but low kappa: I. J Clin Epidemiol 1990",
        "10.1016/0895-4356(90)90158-L",
    ),
    (
        "wilson",
        "Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat Assoc 1927",
        "10.1080/01621459.1927.10502953",
    ),
    (
        "shrout",
        "Shrout PE, Fleiss JL. Intraclass correlations. Psychol Bull 1979",
        "10.1037/0033-2909.86.2.420",
    ),
    (
        "mcgraw",
        "McGraw KO, Wong SP. Forming inferences about some intraclass correlation coefficients. Psychol Methods 1996",
        "10.1037/1082-989X.1.1.30",
    ),
    (
        "lin",
        "Lin LI. A concordance correlation coefficient to evaluate reproducibility. Biometrics 1989",
        "10.2307/2532051",
    ),
    (
        "ba86",
        "Bland JM, Altman DG. Statistical methods for assessing agreement between two methods of clinical measurement. Lancet 1986",
        "10.1016/S0140-6736(86)90837-8",
    ),
    (
        "ba99",
        "Bland JM, Altman DG. Measuring agreement in method comparison studies. Stat Methods Med Res 1999",
        "10.1177/096228029900800204",
    ),
    (
        "ba07",
        "Bland JM, Altman DG. Agreement between methods of measurement with multiple observations per individual. J Biopharm Stat 2007",
        "10.1080/10543400701329422",
    ),
    (
        "ba96",
        "Bland JM, Altman DG. Measurement error. BMJ 1996",
        "10.1136/bmj.312.7047.1654",
    ),
    (
        "dice",
        "Taha AA, Hanbury A. Metrics for evaluating 3D medical image segmentation. BMC Med Imaging 2015",
        "10.1186/s12880-015-0068-x",
    ),
    (
        "surface",
        "Nikolov S, et al. Clinically applicable segmentation of head and neck anatomy (surface elements, NSD). J Med Internet Res 2021",
        "10.2196/26151",
    ),
    (
        "edt",
        "Felzenszwalb PF, Huttenlocher DP. Distance transforms of sampled functions. Theory Comput 2012",
        "10.4086/toc.2012.v008a019",
    ),
    ("boundary", "Cheng B, et al. Boundary IoU. CVPR 2021", ""),
    (
        "gci",
        "Kouwenhoven E, et al. Measuring the similarity of target volume delineations. Phys Med Biol 2009",
        "10.1088/0031-9155/54/9/018",
    ),
    (
        "staple",
        "Warfield SK, Zou KH, Wells WM. Simultaneous truth and performance level estimation (STAPLE). IEEE Trans Med Imaging 2004",
        "10.1109/TMI.2004.828354",
    ),
    (
        "simple",
        "Langerak TR, et al. Label fusion in atlas-based segmentation (SIMPLE). IEEE Trans Med Imaging 2010",
        "10.1109/TMI.2010.2057442",
    ),
    (
        "shape",
        "Rohlfing T, Maurer CR. Shape-based averaging. IEEE Trans Image Process 2007",
        "",
    ),
    (
        "kuhn",
        "Kuhn HW. The Hungarian method for the assignment problem. Nav Res Logist Q 1955",
        "10.1002/nav.3800020109",
    ),
    (
        "panoptic",
        "Kirillov A, et al. Panoptic segmentation. CVPR 2019",
        "10.1109/CVPR.2019.00963",
    ),
    (
        "froc",
        "Bunch PC, et al. A free-response approach to the measurement and characterization of radiographic-observer performance. J Appl Photogr Eng 1978",
        "",
    ),
    (
        "luna",
        "Setio AAA, et al. LUNA16. Med Image Anal 2017",
        "10.1016/j.media.2017.06.015",
    ),
    (
        "coco",
        "Lin TY, et al. Microsoft COCO. ECCV 2014",
        "10.1007/978-3-319-10602-1_48",
    ),
    (
        "bca",
        "Efron B. Better bootstrap confidence intervals. J Am Stat Assoc 1987",
        "10.1080/01621459.1987.10478410",
    ),
    (
        "donner",
        "Donner A, Eliasziw M. A goodness-of-fit approach to inference procedures for the kappa statistic. Stat Med 1992",
        "10.1002/sim.4780111109",
    ),
    (
        "bloch",
        "Bloch DA, Kraemer HC. 2 x 2 kappa coefficients. Biometrics 1989",
        "10.2307/2532052",
    ),
    (
        "bonett",
        "Bonett DG. Sample size requirements for estimating intraclass correlations. Stat Med 2002",
        "10.1002/sim.1108",
    ),
    (
        "walter",
        "Walter SD, Eliasziw M, Donner A. Sample size and optimal designs for reliability studies. Stat Med 1998; 17: 101-110",
        "",
    ),
    (
        "tukey",
        "Tukey JW. Exploratory Data Analysis. Addison-Wesley 1977",
        "",
    ),
    (
        "metrics",
        "Maier-Hein L, et al. Metrics reloaded. Nat Methods 2024",
        "10.1038/s41592-023-02151-z",
    ),
    (
        "pitfalls",
        "Reinke A, et al. Understanding metric-related pitfalls in image analysis validation. Nat Methods 2024",
        "10.1038/s41592-023-02150-0",
    ),
    (
        "grras",
        "Kottner J, et al. Guidelines for reporting reliability and agreement studies (GRRAS). J Clin Epidemiol 2011",
        "10.1016/j.jclinepi.2010.03.002",
    ),
    (
        "hausdorff",
        "Heimann T, et al. Comparison and evaluation of methods for liver segmentation. IEEE Trans Med Imaging 2009",
        "10.1109/TMI.2009.2013851",
    ),
    (
        "landis",
        "Landis JR, Koch GG. The measurement of observer agreement for categorical data. Biometrics 1977",
        "10.2307/2529310",
    ),
    (
        "gwet14",
        "Gwet KL. Handbook of Inter-Rater Reliability, 4th ed. Advanced Analytics 2014",
        "",
    ),
];

/// Text and DOI of a source.
fn source(key: &str) -> Option<(&'static str, &'static str)> {
    let found = SOURCES.iter().find(|(known, ..)| *known == key)?;
    Some((found.1, found.2))
}

/// Replaces `{key}` by the number of the source, numbered in the order in which they are first used.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    used: Vec<&'static str>,
}

impl Numbering {
    /// A text with numbers in the place of keys; what is in braces and no key stays.
    pub(crate) fn text(&mut self, text: &str) -> String {
        let mut numbered = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            numbered.push_str(before);
            let key = after.split('}').next().unwrap_or(after);
            match SOURCES.iter().find(|(known, ..)| *known == key) {
                Some((known, ..)) => {
                    numbered.push_str(&format!("[{}]", self.number(known)));
                    rest = after.get(key.len() + 1..).unwrap_or_default();
                }
                None => {
                    numbered.push('{');
                    rest = after;
                }
            }
        }
        numbered.push_str(rest);
        numbered
    }

    fn number(&mut self, key: &'static str) -> usize {
        match self.used.iter().position(|used| *used == key) {
            Some(place) => place + 1,
            None => {
                self.used.push(key);
                self.used.len()
            }
        }
    }

    /// The sources that were used, in order: citation and DOI.
    pub(crate) fn sources(&self) -> Vec<(&'static str, &'static str)> {
        self.used.iter().filter_map(|key| source(key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_numbered_in_the_order_of_their_use() {
        let mut numbering = Numbering::default();
        assert_eq!(numbering.text("κ {cohen60}, w {cohen68}"), "κ [1], w [2]");
        assert_eq!(numbering.text("again {cohen60} {x}"), "again [1] {x}");
        assert_eq!(numbering.sources().len(), 2);
    }

    #[test]
    fn no_key_stands_for_two_sources() {
        for (place, (key, ..)) in SOURCES.iter().enumerate() {
            assert!(
                SOURCES[..place].iter().all(|(other, ..)| other != key),
                "{key}"
            );
        }
    }
}
