// A live result whose runs end when the test says so. It keeps to what a live result promises:
// - `peek` starts a run when the result is outdated, and does not wait for it; one run at a time;
// - listeners are called after each change of the state, also when a run starts;
// - a commit that touches what was read starts a run at once while there are listeners, else at the next look;
// - a commit or a refetch during a run: its result is dropped, and one more run follows.
import { HyperDBError } from "@hyperdb/web";

export class FakeLive {
  isLazy = false;
  runsCount = 0;
  #listeners = new Set();
  #isStale = true;
  #isRunning = false;
  #isOvertaken = false;
  #answer; // of a storage that answers at once
  #state = {
    status: "pending",
    isFetching: false,
    data: undefined,
    error: null,
    revision: -1,
    runsCount: 0,
    dataVersion: 0,
    changes: null,
  };

  /** `answer` makes each run end at once, with what it returns or throws. */
  constructor(answer) {
    this.#answer = answer;
  }

  get listenersCount() {
    return this.#listeners.size;
  }
  get isRunning() {
    return this.#isRunning;
  }

  peek = () => {
    if (this.#isStale && !this.#isRunning) this.#start();
    return this.#state;
  };
  state = () => {
    const state = this.peek();
    if (!this.#isRunning) return state;
    return {
      ...state,
      status: "error",
      error: new HyperDBError("not_synchronous", "the storage does not answer at once"),
    };
  };
  snapshot = () => {
    const { error, data } = this.state();
    if (error) throw error;
    return data;
  };
  subscribe = (listener) => {
    const own = () => listener();
    this.#listeners.add(own);
    this.peek();
    return () => this.#listeners.delete(own);
  };
  refetch() {
    this.#rerun();
  }

  /** A commit that touches what the selector has read. */
  commit() {
    if (this.#isRunning || this.#listeners.size > 0) this.#rerun();
    else this.#isStale = true;
  }
  succeed(data) {
    const dataVersion = this.#state.dataVersion + (data === this.#state.data ? 0 : 1);
    this.#end({ status: "success", data, dataVersion, error: null });
  }
  fail(error) {
    this.#end({ status: "error", error: error ?? new HyperDBError("driver_failure", "the storage failed") });
  }

  #rerun() {
    if (this.#isRunning) this.#isOvertaken = true;
    else this.#start();
  }
  #start() {
    this.#isStale = false;
    this.#isRunning = true;
    this.#isOvertaken = false;
    this.runsCount += 1;
    if (this.#answer === undefined) return this.#set({ isFetching: true, runsCount: this.runsCount });
    try {
      this.succeed(this.#answer());
    } catch (error) {
      this.fail(error);
    }
  }
  #end(result) {
    if (!this.#isRunning) throw new Error("there is no run that could end");
    this.#isRunning = false;
    if (this.#isOvertaken) return this.#start();
    this.#set({ ...result, isFetching: false, runsCount: this.runsCount });
  }
  #set(changed) {
    this.#state = { ...this.#state, ...changed };
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A database of such results: one for each call, made by `make`. */
export function fakeDatabase(make = () => new FakeLive()) {
  const lives = new Map();
  const keyOf = ({ selector, args }) => `${selector.definitionName}:${JSON.stringify(args)}`;
  return {
    lives,
    keyOf,
    live(call) {
      const key = keyOf(call);
      if (!lives.has(key)) lives.set(key, make(call));
      return lives.get(key);
    },
  };
}
