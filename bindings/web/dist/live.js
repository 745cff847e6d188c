// LiveResult: the result of one selector call, kept up to date; one for all users of equal calls.
import { applyChanges } from "./bytes.js";
import { toError } from "./engine.js";
import { reportError } from "./errors.js";
var DataKind;
(function (DataKind) {
    DataKind[DataKind["none"] = 0] = "none";
    DataKind[DataKind["same"] = 1] = "same";
    DataKind[DataKind["value"] = 2] = "value";
    DataKind[DataKind["changes"] = 3] = "changes";
})(DataKind || (DataKind = {}));
const statuses = ["pending", "success", "error"];
/** The part that lists of rows read in part and whole results share. */
export class LiveResult {
    #engine;
    #handle;
    #listeners = new Set();
    #onUnused;
    #gcTimeMs;
    isLazy;
    #state;
    #isChanged = true;
    #isClosed = false;
    #timer;
    constructor(engine, handle, isLazy, gcTimeMs, onUnused) {
        this.#engine = engine;
        this.#handle = handle;
        this.isLazy = isLazy;
        this.#gcTimeMs = gcTimeMs;
        this.#onUnused = onUnused;
        engine.addLive(handle, this);
        this.#expireLater();
    }
    /** The number of listeners. */
    get listenersCount() { return this.#listeners.size; }
    /** Returns the state; runs the selector first if it has to. O(1) while nothing has changed. */
    state() {
        const isCurrent = this.#state !== undefined && !this.#isChanged && this.#listeners.size > 0;
        return isCurrent ? this.#state : this.#read(true);
    }
    /** Returns the state without a run. */
    peek() {
        return this.#state !== undefined && !this.#isChanged ? this.#state : this.#read(false);
    }
    /** Calls `listener` after each change of the result or of its state. Returns the function that ends it. */
    subscribe(listener) {
        const own = () => listener(); // one listener may subscribe twice
        this.#listeners.add(own);
        if (this.#listeners.size === 1) {
            clearTimeout(this.#timer);
            this.#engine.call("hdb_live_subscribe", [this.#handle, 1], () => undefined);
            this.#isChanged = true; // a commit may have come before the subscription
        }
        return () => {
            if (!this.#listeners.delete(own) || this.#listeners.size > 0 || this.#isClosed)
                return;
            this.#engine.call("hdb_live_subscribe", [this.#handle, 0], () => undefined);
            this.#expireLater();
        };
    }
    /** Runs the selector again. */
    refetch() {
        this.#engine.call("hdb_live_refetch", [this.#handle], () => undefined);
        this.#isChanged = true;
    }
    /** Reads rows of a lazy result. */
    rows(first, count) {
        return this.#engine.call("hdb_live_rows", [this.#handle, first, count], (reader) => reader.rows(count));
    }
    close() {
        if (this.#isClosed)
            return;
        this.#isClosed = true;
        clearTimeout(this.#timer);
        this.#engine.removeLive(this.#handle);
        this.#engine.call("hdb_live_close", [this.#handle], () => undefined);
    }
    markChanged() { this.#isChanged = true; }
    notify() {
        for (const listener of [...this.#listeners]) {
            if (!this.#listeners.has(listener))
                continue;
            try {
                listener();
            }
            catch (error) {
                reportError(error);
            }
        }
    }
    #expireLater() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
            this.#onUnused();
            this.close();
        }, this.#gcTimeMs);
        this.#timer.unref?.(); // Node ends although it waits
    }
    #read(runsNow) {
        const args = [this.#handle, runsNow ? 1 : 0, this.#state === undefined ? 1 : 0];
        this.#isChanged = false;
        const read = this.#engine.call("hdb_live_read", args, (reader) => this.#readState(reader));
        return (this.#state = read);
    }
    #readState(reader) {
        const before = this.#state;
        const status = statuses[reader.byte()];
        const isFetching = reader.byte() === 1;
        const revision = reader.varint() - 1;
        const runsCount = reader.varint();
        const error = status === "error" ? toError(reader.value()) : null;
        const kind = reader.byte();
        let data = before?.data;
        let changes = null;
        if (kind === DataKind.value)
            data = reader.value();
        if (kind === DataKind.none)
            data = undefined;
        if (kind === DataKind.changes) {
            changes = reader.changes(!this.isLazy);
            const list = (before?.data ?? []);
            data = (this.isLazy ? changes.size : applyChanges(list, changes));
        }
        const isSame = before !== undefined && kind === DataKind.same && before.status === status &&
            before.isFetching === isFetching && before.runsCount === runsCount && before.error === error;
        if (isSame)
            return before;
        return { status, isFetching, data, error, revision, runsCount, changes };
    }
}
