import { Engine } from "./engine.js";
import { HyperDBError } from "./errors.js";
import { LiveResult } from "./live.js";
const defaultGcTimeMs = 30_000;
const enginesBySource = new WeakMap();
/**
 * Opens a database. Each call makes a new one; those of one compiled module share its instance.
 * Throws HyperDBError(wrong_module) for what is no module of this package's version.
 */
export async function openDatabase(options) {
    const driver = options.driver ?? "memory";
    if (driver !== "memory") {
        throw new HyperDBError("invalid_argument", `there is no driver "${String(driver)}" (there is: "memory")`);
    }
    let engine;
    if (options.module instanceof WebAssembly.Module) {
        engine = enginesBySource.get(options.module) ?? Engine.load(options.module);
        enginesBySource.set(options.module, engine);
    }
    else {
        engine = Engine.load(options.module);
    }
    return new Database(await engine, options);
}
export class Database {
    #engine;
    #handle;
    #gcTimeMs;
    #lives = new Map();
    #isClosed = false;
    constructor(engine, options) {
        this.#engine = engine;
        this.#gcTimeMs = options.gcTimeMs ?? defaultGcTimeMs;
        const { name, runtimeRowsValidation, gcTimeMs } = options;
        this.#handle = engine.callWith("hdb_open", { name, runtimeRowsValidation, gcTimeMs }, [], (out) => out.varint());
    }
    get isClosed() { return this.#isClosed; }
    /** The names of the module's tables. */
    get tables() { return this.#engine.tables; }
    /** Runs a selector now, uncached, and returns its result. */
    select(call) {
        return this.#engine.callWith("hdb_select", call.args, [this.#handle, this.#selectorOf(call)], (out) => out.value());
    }
    selectAsync(call) {
        return this.#start(() => this.#engine.start("hdb_select_async", call.args, [this.#handle, this.#selectorOf(call)]));
    }
    /** Runs an action in one transaction and returns its result. What it throws has written nothing. */
    dispatch(call) {
        return this.#engine.callWith("hdb_dispatch", call.args, [this.#handle, this.#actionOf(call)], (out) => out.value());
    }
    dispatchAsync(call) {
        return this.#start(() => this.#engine.start("hdb_dispatch_async", call.args, [this.#handle, this.#actionOf(call)]));
    }
    /** Returns the live result of a call; equal calls share one. Runs nothing yet. */
    live(call, isLazy = false) {
        const selector = this.#selectorOf(call);
        const key = `${selector}${isLazy ? "l" : "w"}${this.#engine.keyOf(call.args)}`;
        const found = this.#lives.get(key);
        if (found)
            return found;
        const handle = this.#engine.callWith("hdb_live", call.args, [this.#handle, selector, isLazy ? 1 : 0], (out) => out.varint());
        const live = new LiveResult(this.#engine, handle, isLazy, this.#gcTimeMs, () => this.#lives.delete(key));
        this.#lives.set(key, live);
        return live;
    }
    /** Returns what is alive, and how much work was done. */
    stats() { return this.#engine.call("hdb_stats", [this.#handle, 1], (out) => out.value()); }
    /** Switches reports of commits on or off. */
    setCommitReports(enabled) {
        this.#engine.call("hdb_reports", [this.#handle, enabled ? 1 : 0], () => undefined);
    }
    /** Returns what the last commit re-ran, and why; empty while reports are off. */
    lastCommitReport() {
        return this.#engine.call("hdb_report", [this.#handle], (out) => out.value());
    }
    /** Closes the database: every later call throws HyperDBError(closed). Closing twice is not an error. */
    close() {
        if (this.#isClosed)
            return;
        this.#isClosed = true;
        for (const live of this.#lives.values())
            live.close();
        this.#lives.clear();
        this.#engine.call("hdb_close", [this.#handle], () => undefined);
    }
    #start(start) {
        try {
            return start();
        }
        catch (error) {
            return Promise.reject(error);
        }
    }
    #selectorOf(call) {
        const number = this.#engine.selectors.get(call?.selector?.definitionName);
        if (number !== undefined)
            return number;
        throw new HyperDBError("invalid_argument", `the module has no selector "${call?.selector?.definitionName}"`);
    }
    #actionOf(call) {
        const number = this.#engine.actions.get(call?.action?.definitionName);
        if (number !== undefined)
            return number;
        throw new HyperDBError("invalid_argument", `the module has no action "${call?.action?.definitionName}"`);
    }
}
/** Returns a live result for any framework: `subscribe`, `getSnapshot`, `promise`. */
export function liveSelector(db, call) {
    const getSnapshot = () => {
        const state = db.live(call).state();
        if (state.error)
            throw state.error;
        return state.data;
    };
    let promise;
    return {
        subscribe: (listener) => db.live(call).subscribe(listener),
        getSnapshot,
        get promise() {
            return (promise ??= new Promise((resolve) => resolve(getSnapshot())));
        },
    };
}
