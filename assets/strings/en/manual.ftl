# Manual and tour
manual-search = Search the manual
manual-nothing = Nothing was found. Try other words.
manual-back = Back
manual-hint = ↑↓ pages   PgUp PgDn text   Esc back
manual-no-key = “{ $act }” (no key)
manual-held = { $act } (while held)
manual-key = Key
manual-key-act = What it does
menu-tour = Tour (three steps)
tour-step = Tour { $at } / { $total }
tour-scroll = Turn the wheel through the slices ({ $done } / { $total })
tour-paint = Press { $key } and paint the nodule
tour-submit = Submit with { $key }. What is missing stands at the lower right
tour-skip = Skip
tour-later = Open a case of the sample as a reader: the tour begins there.
