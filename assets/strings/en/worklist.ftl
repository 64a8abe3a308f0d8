worklist-mine = My cases
worklist-all = All cases
worklist-filter = Filter by case or study
worklist-count = { $count ->
    [one] { $count } case
   *[other] { $count } cases
}
worklist-next = Open next case
worklist-continue = Continue reading
worklist-open = Open
worklist-read-again = See what was submitted
worklist-col-case = Case
worklist-col-study = Study
worklist-col-state = State
worklist-col-progress = Progress
worklist-col-time = Time
worklist-seen = { $percent } % of slices seen
worklist-submitted-of = { $done } of { $of } submitted
worklist-col-series = Series
worklist-col-readers = Readers
worklist-col-protocol = Protocol
worklist-cases = Cases
worklist-progress = Progress
worklist-submitted = / { $total } submitted
worklist-empty-reader = No cases are assigned to you.
worklist-empty-lead = No cases yet. Import images.
worklist-no-match = No case matches.
worklist-all-done = All submitted. Thank you.
worklist-assign = Assign
worklist-assign-do = Assign unassigned cases
worklist-assign-hint = Choose two readers or more: they read the same cases apart.
worklist-assigned = { $count ->
    [one] { $count } assignment made.
   *[other] { $count } assignments made.
}
worklist-compare = Compare and adjudicate
worklist-reopen = Reopen
worklist-reopen-reason = Reason for reopening
worklist-reopened = Reopened.
worklist-blind-note = Other readers' results stay hidden; the lead opens them after all have submitted
worklist-hint = ↑↓ select   Enter open
worklist-nobody = Not assigned
worklist-own = My readings
worklist-as-lead = Whole project
worklist-clear = Clear filters
worklist-assign-none = No case waits to be assigned.
worklist-assign-choose = Choose readers to assign.
hold-title = Put the case on hold
hold-hint = Say why, or what is to be checked later. While it is on hold “Next case” skips it; the lead sees the note too.
hold-do = Hold and go on
note-empty = Write a note first.
hold-done = On hold. You can go on with it from the worklist at any time.
hold-released = No longer on hold.
hold-release = Take off hold
hold-chip = On hold
flag-title = Ask the lead
flag-hint = Only the lead gets the question, and only you see the answer. No other reader sees either.
flag-do = Send the question
question-empty = Write a question first.
flag-sent = The question was sent. The answer will be in the worklist.
flag-questions = Questions to the lead
flag-answer = Answer
flag-answer-do = Send the answer
flag-waiting = Waiting for an answer
flag-withdraw = Withdraw
flag-withdrawn = Withdrawn
menu-hold = Put the case on hold…
menu-flag = Ask the lead…
worklist-studies = Studies
worklist-order = Order
worklist-order-assigned = As assigned
worklist-order-number = By number
worklist-order-state = By state
worklist-order-study = By study
worklist-cases-count = { $count ->
    [one] 1 case
   *[other] { $count } cases
 }
worklist-today = Submitted today
worklist-left = Remaining
worklist-median = Median time
worklist-estimate = Time left
worklist-estimate-time = { $hours ->
    [0] { $minutes } min
   *[other] { $hours } h { $minutes } min
 }
