worklist-mine = My cases
worklist-all = All cases
worklist-filter = Filter by case or study
worklist-count = { $count ->
    [one] { $count } case
   *[other] { $count } cases
}
worklist-next = Open next not started
worklist-continue = Continue reading
worklist-open = Open
worklist-read-again = See what was submitted
worklist-col-case = Case
worklist-col-study = Study
worklist-col-state = State
worklist-col-progress = Progress
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
worklist-blind-note = Other readers' results appear after all have submitted
worklist-hint = ↑↓ select   Enter open
worklist-nobody = Not assigned
worklist-own = My readings
worklist-as-lead = Whole project
worklist-clear = Clear filters
worklist-assign-none = No case waits to be assigned.
worklist-assign-choose = Choose readers to assign.
