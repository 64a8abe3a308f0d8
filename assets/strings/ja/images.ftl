images-unreadable = 画像を読めません：{ $why }
images-unreadable-file = { $file } を読めません：{ $why }
# 画像は読めているが、知っておくべきこと（imaging::PROBLEM_CODES）
problem-alpha_ignored = 画素の透明度は使っていません。色は正しく表示しています。
problem-axes_not_patient = 位置は超音波ボリューム内の座標です。患者に対する向きは不明なため、左右は表示しません。
problem-bitpix_contradicts = bitpix（{ $bits }）がデータ型 { $type } と一致しません。データ型に従って読みました。
problem-burned_in_annotation = 画像に文字が焼き込まれています（Burned In Annotation）。患者名を含むことがあります。院外に出す前に確認してください。
problem-charset_unknown = 文字コード「{ $name }」は不明です。文字は ASCII として読みました。画像には影響しません。
problem-duplicate_instance = 同じ識別子で内容の異なるファイルがあります（{ $file }）。先に見つかった方を使っています。送り元に確認してください。
problem-duplicate_slices = 同じ位置に同じ画素の画像が { $count } 枚重複しているため、除いて表示しています（{ $files }）。
problem-contour_count_differs = 点の数が記録と異なる輪郭が { $count } 本あります。実際にある点を読みました。形を確認してください。
problem-contour_kind_unknown = 種類の分からない輪郭（{ $kind }）が { $count } 本あり、表示していません。この関心領域は完全ではありません。
problem-contour_points_beyond_limit = ファイルの点が { $limit } 個を超えるため、輪郭 { $count } 本を表示していません。この関心領域は完全ではありません。
problem-contour_points_invalid = 点を読めない輪郭が { $count } 本あり、表示していません。この関心領域は完全ではありません。送り元に確認してください。
problem-first_picture_only = { $count } コマの動くPNG画像です。最初の 1 コマだけを表示しています。
problem-forms_differ = sform と qform が一致しません（{ $how }）。sform に従っています。左右と位置を確認してください。
forms-no-qform = qform は使えません
forms-apart = 最大 { $mm } mm の差
problem-frame_count_odd = フレーム数が「{ $text }」と記録されています。{ $taken } として読みました。
problem-frame_of_reference_scattered = Frame of Reference が画像ごとに異なるため使っていません。他のシリーズとの位置合わせには使えません。
problem-geometry_unusable = 位置の情報が使えないため、断面の再構成と mm での計測はできません。画像は 1 枚ずつ表示します。
problem-high_bit_invalid = High Bit（{ $high }）が Bits Stored（{ $stored }）と一致しません。{ $taken } として読みました。濃淡を確認してください。
problem-icc_profile = ファイルの ICC プロファイルは適用していません。sRGB として表示するため、色味がわずかに異なることがあります。
problem-length_unit = ファイルの長さの単位は { $unit } です。mm に換算しました。
unit-metres = m
unit-centimetres = cm
unit-micrometres = µm
problem-magnification_corrected = 検出器面での長さを推定拡大率 { $factor } で割って補正しています。
problem-missing_slices = スライスが { $count } 枚欠けています（{ $places } の間）。ほかは正しく読めています。欠損のまま読影でき、体積から除きます。
problem-mosaic_whole = モザイク画像ですが、スライス枚数の記録がないため分割せずに表示します。
problem-no_meta_group = ファイルメタ情報がありません。転送構文は内容から判断しました。
problem-no_orientation = 患者に対する画像の向きが記録されていません。左右は表示しません。
problem-no_origin = 画像の向きは記録されていますが、位置がありません。原点に置いています。他のシリーズとの位置合わせには使えません。
problem-no_transfer_syntax = 転送構文が記録されていません。内容から判断しました。
problem-orientation_invalid = 画像の向き（Image Orientation）が正しく記録されていません。左右と位置は表示しません。
problem-overlay_invalid = グループ { $group } のオーバーレイは使えません（{ $why }）。画像には影響しません。
problem-pages_not_listed = 大きさや種類の異なるページが { $count } 組を超えています。先頭の { $count } 組だけを表示しています。
problem-pages_not_read = 読めないページが { $count } ページあります（{ $why }）。他のページは表示しています。
problem-picture_damaged = 圧縮データが壊れているか途中で切れています。画像の一部が正しくない可能性があります。ファイルを取り直してください。
problem-pixel_data_missing = 画像の記載はありますが、画素がありません。送り元に再送を依頼してください。
problem-planes_not_in_line = スライスの位置が最大 { $mm } mm ずれています。位置は参考値です。
problem-position_invalid = { $name } が { $count } 個の数値として読めません。左右と位置は表示しません。
problem-positions_repeat = 同じ位置の画像が複数あり、区別する情報がありません。時刻順に 1 枚ずつ表示します。
problem-scanner_space = 位置が装置の座標で記録されています。仰臥位・頭部先進（ヘッドファースト）として表示します。左右を確認してください。
problem-presentation_contradicts = Presentation LUT Shape（IDENTITY）が MONOCHROME1 と一致しません。低い値を白で表示しています。白黒の向きを確認してください。
problem-recognizable_features = 顔など、患者を特定できる特徴が写っています。院外に出す前に確認してください。
problem-region_beyond_image = 較正領域が画像からはみ出しています（{ $columns } × { $rows } に対し列 { $column }、行 { $row } まで）。較正後に切り取りか縮小をされた画像のため、この領域の長さは px で表示します。
problem-several_volumes = ファイルに { $count } 個のボリュームがあります。別々のシリーズとして表示します。
problem-sheared = スライスが互いにずれています（ガントリー傾斜など）。傾いたままの位置関係で正しく表示します。
problem-slide_level = スライドを縮小した段階（{ $levels } 段階中 { $level }、{ $columns } × { $rows } 画素）で表示しています。原寸は { $wide } × { $high } 画素です。
problem-slope_zero = Rescale Slope が 0 のため、値がすべて同じになるスライスがあります。
problem-spacing_invalid = 画素の大きさが不明です。長さは px で表示します。撮影部門に較正値を確認してください。
problem-structure_number_shared = 番号 { $number } の関心領域が複数あります。どの関心領域の輪郭か分からないため、表示していません。
problem-structure_unlisted = 一覧にない関心領域の輪郭が { $count } 本あります。表示していません。
problem-supplemental_palette = 保存値 { $first } 以上はカラー表示用の値です。グレーで表示しているため、その部分は計測しないでください。
problem-steps_rounded = スライス間隔が { $step } mm から最大 { $worst } mm ずれています（位置の丸めによる程度）。等間隔として扱います。
problem-text_guessed = 文字コードが記録と異なります。最も確からしいもので読みました。氏名を確認してください。
problem-text_invalid = 読めない文字があります（� で表示します）。画像には影響しません。
problem-text_too_long = 患者名が { $count } 文字あります。先頭の { $shown } 文字を表示します。
problem-text_unclosed = 文字コードの切り替えが閉じられていません。文字は読めています。
problem-trailing_data = 画素のあとに余分なデータがあります（{ $amount }）。読み飛ばしました。
amount-bytes = { $bytes } バイト
amount-unknown = 長さ不明
problem-transfer_syntax_contradicts = データは VR { $written } で書かれており、転送構文 { $syntax } と一致しません。データに従って読みました。
vr-explicit = あり
vr-implicit = なし
problem-uid_invalid = { $tag } の UID に使えない文字があります。画像には影響しません。
problem-uneven_spacing = スライスの間隔が一定でないため（{ $least }～{ $most } mm）、3D と体積は参考値です。2D は正しく表示しています。
problem-uptake_unknown = SUV を計算できません：{ $why }。値はファイルの単位のまま表示します。
uptake-missing = { $names } がないか、正しくありません
uptake-times = 投与から撮像までが { $hours } 時間となり、ありえません
uptake-decay = 減衰補正の基準が投与時刻でも撮像開始でもありません（Decay Correction { $how }）
uptake-units = 値が放射能濃度ではありません（Units { $units }）
problem-value_map_unused = Modality LUT があるため、ファイルの実測値への換算（Real World Value Mapping）は使っていません。
problem-voi_lut_not_applied = ファイルの階調表（VOI LUT）は適用していません。値の範囲に合わせた階調で表示します。
problem-volume_incomplete = このボリュームには、シリーズ全 { $places } 位置のうち { $count } 位置の画像しかありません。
problem-volumes_not_listed = 先頭の { $count } 個のボリュームだけを表示しています。
problem-vox_offset_zero = vox_offset が 0 です。最小値の { $taken } として読みました。
problem-window_narrow = LINEAR のウィンドウ幅が 1 未満です（{ $width }）。LINEAR_EXACT として読みました。
# 読めない・対象外のファイル（imaging::ERROR_CODES）
unreadable-archive = 圧縮ファイル（ZIP）を読めません：{ $what }。
unreadable-archive_document = 文書やプログラムのファイルで、画像ではありません。
unreadable-attribute_invalid = { $attribute } の値（{ $value }）が正しくありません。送り元に確認してください。
unreadable-attribute_missing = { $what } がありません。送り元に再送を依頼してください。
unreadable-cancelled = 中止しました。
unreadable-contradiction = 内容が矛盾しています：{ $what }。
unreadable-copy = { $file } と同じ内容です。
unreadable-decode = { $frame } 枚目を展開できません（{ $coding }）。ファイルが壊れています。送り元に再送を依頼してください。
unreadable-dicomdir = DICOMDIR（目次）です。目次にあるファイルは個別に読みます。
unreadable-document = 文書など（{ $kind }）で、画像ではありません。
unreadable-dicomdir_incomplete = DICOMDIR（目次）にある { $total } ファイルのうち { $absent } ファイルが見つかりません（{ $names }）。送り元に確認してください。
unreadable-duplicate_instance = { $file } と同じ識別子ですが内容が異なります。先に見つかった方を使います。
unreadable-empty = 空のファイルです。
unreadable-film = 動画（{ $format }）です。動画には今後の版で対応します。
unreadable-format_later = { $format } は、この版ではまだ読めません。
unreadable-geometry = 位置の情報が使えません：{ $what }。
unreadable-inflate = 圧縮データが壊れています。送り元に再送を依頼してください。
unreadable-io = { $why }。
unreadable-length_beyond_end = { $what }（{ $offset } バイト目）の長さが { $length } バイトとされていますが、残りは { $left } バイトです。ファイルが壊れています。
unreadable-limit = { $what }が上限（{ $limit }）を超えています。
unreadable-memory = メモリーが足りません（{ $megabytes } MB 必要です）。他のシリーズを閉じてから開き直してください。
unreadable-no_image = 画像を含みません。
unreadable-outside_folder = ヘッダーが別のフォルダーのデータファイル（{ $name }）を指しています。安全のため開きません。同じフォルダーに置いてください。
unreadable-pair_member = 対になるヘッダー（.hdr、.nhdr、.mhd）と一緒に読みます。
unreadable-pixel_data_too_short = 画素が足りません（必要 { $needed }、実際 { $present }）。送り元に再送を依頼してください。
unreadable-structure = 構造が壊れています（{ $offset } バイト目）：{ $what }。
unreadable-system_file = OS のファイルで、画像ではありません。
unreadable-truncated = ファイルが途中で切れています（{ $offset } バイト目、{ $inside }）。送り元に再送を依頼してください。
unreadable-unknown_format = 画像ファイルではありません。
unreadable-unsupported_coding = この符号化には対応していません（{ $name }、{ $uid }）。
unreadable-volume = ボリュームを作れません。画像の大きさと位置の情報が合いません。
# 読めない理由の部分
part-attribute = { $name }
part-before-voxels = 画素の手前
part-compressed-size = CompressedDataSize
part-data-set = データセット
part-data-file = データファイル { $name }
part-deflated-data-set = 圧縮されたデータセット
part-deflated-pixel-data = 圧縮された画素
part-element = { $tag }
part-element-head = 要素の見出し
part-element-length = 要素の長さ
part-encapsulated-pixels = カプセル化された画素
part-first-bytes = 先頭
part-fragment = 画素のフラグメント
part-fragments = 画素のフラグメント
part-header = ヘッダー
part-image-file = 対になる画像ファイル（.img）
part-meta-element = ファイルメタ情報の要素
part-meta-group = ファイルメタ情報
part-offset-table = オフセット表
part-pixel-data = 画素
part-sequence = シーケンス
part-value = 値
part-vox-offset = vox_offset
part-voxels = 画素
count-data-files = データファイルの数
count-archive-directory = 圧縮ファイルの目次の大きさ（バイト）
count-archive-inner = 圧縮ファイルの中の圧縮ファイルの大きさ（バイト）
count-archive-member = 圧縮ファイルの中のファイルの大きさ（バイト）
count-element-bytes = 要素の大きさ（バイト）
count-elements = 要素の数
count-file-bytes = ファイルの大きさ（バイト）
count-fragments = フラグメントの数
count-frames = フレームの数
count-header-bytes = ヘッダーの大きさ（バイト）
count-nesting = シーケンスの入れ子
count-pages = ページ数
count-pages-bytes = ページのタグの大きさ（バイト）
count-picture-bytes = 展開した画像の大きさ（バイト）
count-space-axes = 空間の軸の数
count-pixels = 画素数
count-volume-bytes = ボリュームの大きさ（バイト）
count-voxels = ボクセルの数
contradiction-changed = 一覧を作ったあとでファイルが変わりました
contradiction-chunks = 画像の分割数が足りません（必要 { $needed }、実際 { $present }）
contradiction-encapsulated = 画素がカプセル化されており、転送構文と一致しません
contradiction-entries = { $field } は { $expected } 個必要ですが、{ $found } 個です
contradiction-frame = { $frame } 枚目の{ $what }が、圧縮データでは { $own }、属性では { $told } です
contradiction-frames = フレーム数は { $promised } とされていますが、データは { $formed } 枚分です
contradiction-images-differ = シリーズの画像の大きさか種類がそろっていません
contradiction-not-encapsulated = 画素がカプセル化されておらず、転送構文 { $syntax } と一致しません
contradiction-samples = 画素あたりの成分数 { $samples } が { $photometric } と一致しません
contradiction-twice = { $field } が 2 回、異なる値で記録されています
frame-bits = ビット数
frame-components = 成分数
frame-pixels = 画素数
label-map-colours = ラベル画像に色があります
label-map-many = 値が 65,536 種類を超えています。ラベル画像ではありません
label-map-value = ボクセル { $voxel } の値 { $value } はラベル番号ではありません
label-map-volumes = ラベル画像のボリュームは 1 個ですが、{ $count } 個あります
geometry-affine = ヘッダーのアフィン行列が正しくありません
geometry-quaternion = ヘッダーのクォータニオンが正しくありません（長さの 2 乗が { $square }）
archive-claims = 展開後の大きさが { $length } バイトとされていますが、{ $packed } バイトの圧縮データからは得られません
archive-count = 目次の件数は { $stated } とされていますが、実際は { $present } 件です
archive-cut = 途中で切れているか、壊れています（末尾の目次がありません）
archive-depth = { $depth } 重の圧縮ファイルの中にあります。先に展開してください
archive-locked = パスワードが必要です
archive-locked-members = { $count } 個のファイルにパスワードが必要です（{ $first } など）
archive-member = 中のファイルの位置が正しくありません
archive-method = 圧縮方式 { $method } には対応していません
archive-method-members = { $count } 個のファイルの圧縮方式 { $method } には対応していません（{ $first } など）
archive-overlap = 中のファイルが重なり合っています（メモリーを使い切るために作られたものの可能性があります）
archive-parts = 分割された圧縮ファイルの一部です。先に結合してください
structure-beyond-sequence = 要素がシーケンスの外にはみ出しています
structure-circle = ページの目次が循環しています
structure-fragment-absent = フラグメントがありません
structure-no-fragment = フラグメントの位置に { $tag } があります
structure-no-item = 項目の位置に { $tag } があります
structure-no-marker = マーカーがありません
structure-no-tiff = TIFF のヘッダーではありません
structure-reader-failed = 読み取り中に異常が起きました
# マスクにできない関心領域 (imaging::StructureFault, voxel::ContourFault)
roi-other-series = 別のシリーズに描かれています
roi-not-whole = 読めない輪郭が { $count } 本あります
roi-no-area = 閉じた輪郭がありません
roi-contour = 輪郭 { $contour }：{ $why }
roi-contours = 輪郭が多すぎるか、複雑すぎます
contour-not-finite = 座標が数値ではありません
contour-too-far = 点が遠すぎます
contour-oblique = 画像の面に対して { $rise } mm 傾いています
contour-off-plane = 最も近い面（{ $plane }）から { $away } mm 離れています（面の範囲は { $reach } mm まで）
contour-plane-shared = { $apart } mm 離れた輪郭が同じ面（{ $plane }）に重なります。スライス間隔が広すぎます
# OS の返答
io-denied = アクセスが許可されていません
io-device = 媒体の読み書きでエラーが起きました
io-exists = 同じ名前のものがすでにあります
io-folder = フォルダーです
io-full = 空き容量がありません
io-name = 名前が長すぎるか、正しくありません
io-no-file = パイプやデバイスなどで、ファイルではありません
io-no-folder = フォルダーではありません
io-no-text = UTF-8 の文字ファイルではありません
io-not-found = 見つかりません
io-read-only = 読み取り専用の媒体です
io-unreachable = 媒体が応答しません
tag-bytes = { $count } バイト
tag-items = { $count } 項目
tag-encapsulated = 圧縮された画素データ
stack-kind = { $value ->
    [localizer] 位置決め
    [reformat] 再構成断面
   *[other] { $value }
}
stack-sop-class = SOP クラス { $value }
stack-matrix = { $value }
stack-colour = { $value }
stack-orientation = { $value ->
    [axial] 軸位断
    [coronal] 冠状断
    [sagittal] 矢状断
    [oblique] 斜断
   *[other] { $value }
}
stack-spacing = { $value } mm
stack-frame-of-reference = 座標系 { $value }
stack-image = 画像 { $value }
stack-segment = セグメント { $value }
stack-stack = スタック { $value }
stack-component = { $value ->
    [magnitude] 強度
    [phase] 位相
    [real] 実部
    [imaginary] 虚部
   *[other] { $value }
}
stack-image-type = { $value }
stack-echo = エコー { $value }
stack-inversion-time = TI { $value } ms
stack-flip-angle = フリップ角 { $value }°
stack-b-value = b={ $value }
stack-diffusion-direction = { $value ->
    [none] 拡散方向 なし
    [isotropic] 等方性拡散
   *[other] 拡散方向 { $value }
}
stack-tube-voltage = { $value } kV
stack-kernel = 関数 { $value }
stack-energy-window = エネルギーウィンドウ { $value }
stack-detector = 検出器 { $value }
stack-rotation = 回転 { $value }
stack-phase = フェーズ { $value }
stack-rr-interval = R-R 間隔 { $value }
stack-time-slot = 時間枠 { $value }
stack-cardiac-phase = 心位相 { $value }
stack-temporal = 時相 { $value }
stack-trigger = トリガー { $value } ms
stack-frame-time = { $value } ms 時点
stack-acquisition = 収集 { $value }
stack-acquisition-time = 収集時刻 { $value }
stack-content-time = 作成時刻 { $value }
stack-dimension = { $value }
stack-slide = 解像度レベル { $value }
stack-slide-picture = { $value ->
    [label] ラベル画像
    [overview] マクロ画像
    [thumbnail] サムネイル
    [mask] マスク
   *[other] { $value }
}
stack-level = 解像度レベル { $value }
stack-page = ページ { $value }
stack-pages = ページ { $value }
stack-channel = チャンネル { $value }
stack-vector-component = 成分 { $value }
stack-layer = レイヤー { $value }
stack-more-names = ほか { $value }
stack-volume = ボリューム { $value }
stack-value-none = なし
