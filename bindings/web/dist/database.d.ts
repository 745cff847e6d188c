import type { ActionCall, SelectorCall } from "./definitions.js";
import { Engine } from "./engine.js";
import type { ModuleSource } from "./engine.js";
import { LiveResult } from "./live.js";
export interface OpenOptions {
    /** The module: its URL, a Response, its bytes, or compiled. */
    readonly module: ModuleSource;
    /** Where the rows are: in the page's memory. */
    readonly driver?: "memory";
    /** The name in reports and traces. */
    readonly name?: string;
    /** Checks rows by the whole validators of their tables on each write. */
    readonly runtimeRowsValidation?: boolean;
    /** How long a live result lives after its last subscriber has left. */
    readonly gcTimeMs?: number;
}
/** A live result: what React's useSyncExternalStore, Vue, Svelte and Solid subscribe to. */
export interface LiveSelector<T> {
    /** Calls `listener` after each change; returns the function that ends it. */
    readonly subscribe: (listener: () => void) => () => void;
    /** Returns the result: the same object while it has not changed. Throws what the selector throws. */
    readonly getSnapshot: () => T;
    /** The first result. */
    readonly promise: Promise<T>;
}
export interface Counters {
    readonly commits: number;
    readonly scans: number;
    readonly rowsExamined: number;
    readonly rowsWritten: number;
    readonly selectorsRun: number;
    readonly selectorsRerun: number;
    readonly selectorsLeftAlone: number;
    readonly rangesCompared: number;
    readonly notifications: number;
}
/** What is alive: all but `revision` are zero when everything was released. */
export interface Stats {
    readonly revision: number;
    readonly entries: number;
    readonly subscriptions: number;
    readonly ranges: number;
    readonly operationsRunning: number;
    readonly coroutineFrames: number;
    readonly rows: number;
    readonly treeNodes: number;
    readonly slots: number;
    readonly lives: number;
    readonly counters: Counters;
}
/** What one commit re-ran, and why. */
export interface CommitReport {
    readonly revision: number;
    readonly woken: readonly {
        readonly selector: string;
        readonly call: string;
        readonly reason: string;
        readonly isRerun: boolean;
    }[];
    readonly leftAloneCount: number;
    readonly rangesCompared: number;
}
/**
 * Opens a database. Each call makes a new one; those of one compiled module share its instance.
 * Throws HyperDBError(wrong_module) for what is no module of this package's version.
 */
export declare function openDatabase(options: OpenOptions): Promise<Database>;
export declare class Database {
    #private;
    constructor(engine: Engine, options: Omit<OpenOptions, "module">);
    get isClosed(): boolean;
    /** The names of the module's tables. */
    get tables(): readonly string[];
    /** Runs a selector now, uncached, and returns its result. */
    select<Args, Result>(call: SelectorCall<Args, Result>): Result;
    selectAsync<Args, Result>(call: SelectorCall<Args, Result>): Promise<Result>;
    /** Runs an action in one transaction and returns its result. What it throws has written nothing. */
    dispatch<Args, Result>(call: ActionCall<Args, Result>): Result;
    dispatchAsync<Args, Result>(call: ActionCall<Args, Result>): Promise<Result>;
    /** Returns the live result of a call; equal calls share one. Runs nothing yet. */
    live<Args, Result>(call: SelectorCall<Args, Result>, isLazy?: boolean): LiveResult<Result>;
    /** Returns what is alive, and how much work was done. */
    stats(): Stats;
    /** Switches reports of commits on or off. */
    setCommitReports(enabled: boolean): void;
    /** Returns what the last commit re-ran, and why; empty while reports are off. */
    lastCommitReport(): CommitReport;
    /** Closes the database: every later call throws HyperDBError(closed). Closing twice is not an error. */
    close(): void;
}
/** Returns a live result for any framework: `subscribe`, `getSnapshot`, `promise`. */
export declare function liveSelector<Args, Result>(db: Database, call: SelectorCall<Args, Result>): LiveSelector<Result>;
