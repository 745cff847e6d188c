// TanStack DB: a local-only collection (it confirms its own writes at once) with an index on projectId. Live lists are
// resolved as its useLiveQuery does, so that queries that differ in a literal share one subscription.
import { webcrypto } from "node:crypto";

import {
  BasicIndex, createCollection, eq, IR, localOnlyCollectionOptions, Query, resolveLiveQueryValue,
} from "@tanstack/db";

import { compareInProject } from "../rows.mjs";

// Its documentation asks for this where the runtime has no Web Crypto; Node has it from version 19.
globalThis.crypto ??= webcrypto;

class Store {
  constructor() {
    this.tasks = createCollection(localOnlyCollectionOptions({ id: "tasks", getKey: (row) => row.id }));
    this.tasks.createIndex((row) => row.projectId, { indexType: BasicIndex });
  }

  insertMany(rows) {
    this.tasks.insert(rows);
  }

  insertOne(row) {
    this.tasks.insert(row);
  }

  flip(id) {
    this.tasks.update(id, (draft) => {
      draft.state = draft.state === "todo" ? "done" : "todo";
    });
  }

  put(row) {
    this.tasks.update(row.id, (draft) => {
      draft.state = row.state;
    });
  }

  title(id) {
    return this.tasks.get(id).title;
  }

  // A query run once builds and drops a whole live query; the index and a sort are much cheaper.
  rows(projectId, limit) {
    const where = eq(new IR.PropRef(["projectId"]), projectId);
    const rows = this.tasks.currentStateAsChanges({ where }).map((change) => change.value);
    rows.sort(compareInProject);
    return limit === Infinity ? rows : rows.slice(0, limit);
  }

  scan(projectId, limit) {
    let sum = 0;
    for (const row of this.rows(projectId, limit)) sum += row.title.length;
    return sum;
  }

  live(projectId) {
    return resolveLiveQueryValue(
      new Query().from({ task: this.tasks }).where(({ task }) => eq(task.projectId, projectId))
        .orderBy(({ task }) => task.orderToken, "asc"),
      { gcTime: 0 },
    );
  }

  watch(projectId, callback) {
    const live = this.live(projectId);
    live.subscribeChanges(() => {
      const rows = Array.from(live.entries(), (entry) => entry[1]);
      callback({ size: rows.length, at: (position) => rows[position] });
    });
  }

  watchChanges(projectId, callback) {
    this.live(projectId).subscribeChanges((changes) => callback(changes.filter((c) => c.type === "update").length));
  }
}

export const peer = {
  package: "@tanstack/db",
  cannot: {},
  open: () => new Store(),
};
