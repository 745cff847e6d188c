import { ByteReader } from "./bytes.js";
import type { Known } from "./bytes.js";
import { HyperDBError } from "./errors.js";
/** Where a module comes from. */
export type ModuleSource = string | URL | Response | Promise<Response> | ArrayBuffer | Uint8Array | WebAssembly.Module;
/** What a live result does when the module says that it has changed. */
export interface Changeable {
    markChanged(): void;
    notify(): void;
}
export declare class Engine {
    #private;
    readonly known: Known;
    readonly selectors: Map<string, number>;
    readonly actions: Map<string, number>;
    readonly tables: readonly string[];
    private constructor();
    /** Throws HyperDBError(wrong_module) for what is no module of this version. */
    static load(source: ModuleSource): Promise<Engine>;
    /** Writes the arguments and returns their bytes as a text: equal arguments give equal texts. */
    keyOf(args: unknown): string;
    /** Calls a function of the module and reads what it has written. */
    call<T>(name: string, args: readonly number[], read: (reader: ByteReader) => T): T;
    /** The same with a value in front. */
    callWith<T>(name: string, value: unknown, args: readonly number[], read: (reader: ByteReader) => T): T;
    /** Starts an asynchronous call; its result comes as a promise. */
    start(name: string, value: unknown, args: readonly number[]): Promise<unknown>;
    addLive(handle: number, live: Changeable): void;
    removeLive(handle: number): void;
}
/** Makes the error that the module has written. */
export declare function toError(written: unknown): HyperDBError;
