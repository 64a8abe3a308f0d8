# Command palette and term search
palette-box = Commands, terms, cases
palette-field = Search commands, labels, terms, cases, settings
palette-terms-field = Search labels and terms
palette-scope = Scope
palette-all = All
palette-commands = Commands
palette-labels = Labels
palette-terms = Terms
palette-words = Labels and terms
palette-cases = Cases
palette-settings = Settings
palette-ways = By Japanese, kana, romaji, English or code
palette-count = { $count ->
    [one] 1 match
   *[other] { $count } matches
 }
palette-none = No match. Try another word.
palette-none-here = Nothing in this scope. Tab changes the scope.
palette-none-terms = No match. You can propose a term to the lead.
palette-move = ↑↓ choose
palette-tab = Tab scope
palette-enter-do = Enter does it
palette-enter-set = Enter sets it
palette-enter-open = Enter opens it
palette-give-key = Ctrl+Enter gives it a key
palette-anew = Ctrl+Enter new finding
palette-close = Esc closes
palette-group-command = Command
palette-group-tool = Tool
palette-group-image = Image
palette-group-case = Case
palette-group-screen = Screen
palette-group-label = Label
palette-group-term = Term
palette-group-setting = Setting
palette-label-set = Label of { $finding }
palette-label-new = Label of the next finding you draw
palette-term-set = Sets “{ $question }” of { $finding }
palette-term-form = Sets “{ $question }” of the case form
palette-term-cannot = Answer to “{ $question }” (select a finding to set it)
palette-term-closed = Answer to “{ $question }” (this case cannot be changed)
palette-case-open = { $study } · { $state }
palette-go = Go to { $name }
menu-settings = Settings
menu-key-chart = Key chart
menu-commands = Find a command
