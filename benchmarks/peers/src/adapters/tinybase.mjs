// TinyBase: one table and one index, with slices by project that are sorted by orderToken. A live list is what its
// user interface modules do: a listener for the slice's row ids, and one for each row of it.
import { createIndexes, createStore } from "tinybase";

const TABLE = "tasks";
const INDEX = "byProjectOrder";
const withoutId = ({ projectId, title, state, orderToken, order }) => ({ projectId, title, state, orderToken, order });
const other = (state) => (state === "todo" ? "done" : "todo");

class Store {
  constructor() {
    this.store = createStore();
    this.indexes = createIndexes(this.store);
    this.indexes.setIndexDefinition(INDEX, TABLE, "projectId", "orderToken");
  }

  insertMany(rows) {
    this.store.transaction(() => {
      for (const row of rows) this.store.setRow(TABLE, row.id, withoutId(row));
    });
  }

  insertOne(row) {
    this.store.setRow(TABLE, row.id, withoutId(row));
  }

  flip(id) {
    this.store.setCell(TABLE, id, "state", other(this.store.getCell(TABLE, id, "state")));
  }

  put(row) {
    this.store.setRow(TABLE, row.id, withoutId(row));
  }

  title(id) {
    return this.store.getCell(TABLE, id, "title");
  }

  rows(projectId, limit) {
    const ids = this.indexes.getSliceRowIds(INDEX, projectId).slice(0, limit === Infinity ? undefined : limit);
    return ids.map((id) => ({ id, ...this.store.getRow(TABLE, id) }));
  }

  scan(projectId, limit) {
    const ids = this.indexes.getSliceRowIds(INDEX, projectId);
    const count = Math.min(limit, ids.length);
    let sum = 0;
    for (let i = 0; i < count; ++i) sum += this.store.getCell(TABLE, ids[i], "title").length;
    return sum;
  }

  watch(projectId, callback) {
    const { store, indexes } = this;
    let ids = [];
    let listeners = [];
    const view = {
      get size() {
        return ids.length;
      },
      at: (position) => store.getRow(TABLE, ids[position]),
    };
    const listen = () => {
      for (const listener of listeners) store.delListener(listener);
      ids = indexes.getSliceRowIds(INDEX, projectId);
      listeners = ids.map((id) => store.addRowListener(TABLE, id, () => callback(view)));
    };
    listen();
    indexes.addSliceRowIdsListener(INDEX, projectId, () => {
      listen();
      callback(view);
    });
  }
}

export const peer = {
  package: "tinybase",
  cannot: { diff: "listeners get changed cells or a new list of ids, not a change set of an ordered result" },
  open: () => new Store(),
};
