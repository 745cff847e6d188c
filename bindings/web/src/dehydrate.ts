// Results of a server that a page shows until it has its own.
import type { TimedData } from "./async_store.js";
import { ByteReader, ByteWriter } from "./bytes.js";
import type { Database } from "./database.js";
import { HyperDBError } from "./errors.js";

const formatVersion = 1;

/** Returns the results that the database has, as a text for the page: only letters, digits, `+`, `/` and `=`. */
export function dehydrate(db: Database): string {
  const results = db
    .results()
    .filter(({ state }) => state.status === "success")
    .map(({ call, state }) => ({ key: db.keyOf(call), data: state.data }));
  const writer = new ByteWriter();
  writer.value({ version: formatVersion, updatedAt: Date.now(), results });
  let text = "";
  for (const byte of writer.written()) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Results by Database.keyOf. */
export type Dehydrated = ReadonlyMap<string, TimedData<unknown>>;

export function readDehydrated(text: string): Dehydrated {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const read = new ByteReader(bytes, { shapes: [], rows: [] }).value() as
    { version: number; updatedAt: number; results: { key: string; data?: unknown }[] } | undefined;
  if (read?.version !== formatVersion) {
    throw new HyperDBError(
      "invalid_argument",
      "this is no dehydrated data, or that of another version of @hyperdb/web",
    );
  }
  return new Map(read.results.map(({ key, data }) => [key, { value: data, updatedAt: read.updatedAt }]));
}
