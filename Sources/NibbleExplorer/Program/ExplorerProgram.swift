import Foundation
import NibbleCheckpoints
import NibbleHome
import NibbleQuantization
import NibbleTerminal

/// What the command line asks of the explorer.
public struct ExplorerOptions: Sendable {
    /// The model to open; nil shows the list of models.
    public var modelPath: String?
    /// The plan to start with.
    public var planPath: String?
    /// A theme's name or file.
    public var theme: String?
    /// Whether the mouse is reported; nil as it was left.
    public var mouse: Bool?
    /// The folder that holds Themes and SampleModels; nil looks in the usual places.
    public var dataDirectory: String?

    /// Options as given.
    public init(
        modelPath: String? = nil, planPath: String? = nil, theme: String? = nil, mouse: Bool? = nil,
        dataDirectory: String? = nil
    ) {
        self.modelPath = modelPath
        self.planPath = planPath
        self.theme = theme
        self.mouse = mouse
        self.dataDirectory = dataDirectory
    }
}

/// The explorer as a program.
public enum ExplorerProgram {
    /// Runs until the user quits.
    ///
    /// - Returns: The exit status.
    /// - Throws: An error whose description is a sentence: no usable terminal, no such model, a broken plan or theme.
    public static func run(_ options: ExplorerOptions) throws -> Int32 {
        let environment = ProcessInfo.processInfo.environment
        let folders = try DataFolders(dataDirectory: options.dataDirectory, environment: environment)
        let store = StateStore(environment: environment)
        let keeper = PlanKeeper(store: store)
        let givenPlan = try options.planPath.map { path -> (plan: Plan, location: URL) in
            let location = URL(fileURLWithPath: path)
            return (try keeper.load(location), location)
        }
        let start = try StartingPoint(options.modelPath, folders: folders, environment: environment)
        let library = ThemeLibrary(folders: themeFolders(folders, environment))
        let (settings, settingsProblem) = self.settings(store)
        let theme =
            try options.theme.map { try self.theme($0, library) }
            ?? settings["theme"].flatMap { name in library.entries.map(\.theme).first { $0.name == name } }
            ?? .builtIn

        let waker = Waker()
        let mailbox = Mailbox<ApplicationEvent>(waker: waker)
        let log = EventLog(environment: environment)
        let opener = ModelOpener(
            folders: folders, keeper: keeper, givenPlan: givenPlan, startFolder: start.folder)
        let tools = JobTools(pool: .shared, opener: opener, log: log)
        let runner = JobRunner(mailbox: mailbox, tools: tools)
        defer { runner.stop() }
        var state = ApplicationState(
            theme: theme, themes: library.entries.map(\.theme),
            isMouseEnabled: options.mouse ?? (settings["mouse"] != "off"))
        state.preferences.apply(settings)
        (state.preferences.theme, state.preferences.isMouseEnabled) = (theme.name, state.isMouseEnabled)
        state.chooser.problem = start.remark
        if let problem = settingsProblem ?? library.problems.first.map({ "\($0)" }) {
            state.notice = Notice(kind: .failure, text: problem)
        }
        var application = ExplorerApplication(
            state: state, mailbox: mailbox, model: start.model, record: log.write, perform: runner.perform)
        try Terminal.run(&application, waker: waker, environment: environment)
        // The terminal has taken its handlers off, and jobs may still read.
        MappedFile.guardMappings()
        return 0
    }

    /// What was kept of small things, and what is wrong with the file.
    private static func settings(_ store: StateStore) -> (Settings, problem: String?) {
        do { return (try store.settings(), nil) } catch { return (Settings(), "\(error)") }
    }

    private static func themeFolders(_ folders: DataFolders, _ environment: [String: String]) -> [URL] {
        folders.themeFolders.reversed()
            + [ThemeLibrary.userFolder(environment: environment)].compactMap { $0 }
    }

    private static func theme(_ name: String, _ library: ThemeLibrary) throws -> Theme {
        if let theme = library.theme(named: name) { return theme }
        if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            return try ThemeLibrary.theme(at: URL(fileURLWithPath: name))
        }
        throw ExplorerError.unknownTheme(name.printable, known: library.entries.map(\.identifier))
    }
}

/// Why the explorer can't start.
public enum ExplorerError: Error, CustomStringConvertible {
    /// There is no theme of that name.
    case unknownTheme(String, known: [String])

    /// The sentence.
    public var description: String {
        switch self {
        case .unknownTheme(let name, let known):
            "There is no theme \(name): choose one of \(known.joined(separator: ", ")), or give the path of a scheme file."
        }
    }
}
