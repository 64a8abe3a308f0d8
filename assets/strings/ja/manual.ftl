# マニュアルとツアー
manual-search = マニュアル内を検索
manual-nothing = 該当する項目はありません。別の言葉で探してください。
manual-back = 戻る
manual-hint = ↑↓ 項目　PgUp PgDn 本文　Esc 戻る
manual-no-key = 「{ $act }」（キーなし）
manual-held = { $act }（押している間）
manual-key = キー
manual-key-act = 働き
menu-tour = ツアー（3 つの手順）
tour-step = ツアー { $at } / { $total }
tour-scroll = ホイールでスライスをめくってください（{ $done } / { $total } 枚）
tour-paint = { $key } を押して結節を塗ってください
tour-submit = { $key } で提出してください。足りない項目は右下に出ます
tour-skip = 飛ばす
tour-later = サンプルの症例を読影者として開くと、ツアーが始まります。
