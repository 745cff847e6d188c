// HyperDB for TypeScript over its B+tree driver in memory. Checks of rows and arguments, freezing and tracing are off.
import {
  createAction, createCachedSelectorStoreSync, createSelector, DB, defineTable, execSync, insert, selectFrom,
  selectSync, SubscribableDB, syncDispatch, upsert, v,
} from "@will-be-done/hyperdb";
import { BptreeInmemDriver } from "@will-be-done/hyperdb/drivers/inmemory";

const OFF = { validateArgs: false, trace: { enabled: false, startOn: "devtoolOpen" } };
const selector = createSelector(OFF);
const action = createAction(OFF);

const tasks = defineTable("tasks", {
  id: v.string(),
  projectId: v.string(),
  title: v.string(),
  state: v.union(v.literal("todo"), v.literal("done")),
  orderToken: v.string(),
  order: v.number(),
})
  .index("byProjectOrder", ["projectId", "orderToken"])
  .index("byIds", ["id"]);

const insertRows = action({
  name: "insertRows",
  args: { rows: v.any() },
  handler: function* ({ rows }) {
    yield* insert(tasks, rows);
  },
});
const flipState = action({
  name: "flipState",
  args: { id: v.string() },
  handler: function* ({ id }) {
    const row = yield* selectFrom(tasks, "byId").where((q) => q.eq("id", id)).first();
    yield* upsert(tasks, [{ ...row, state: row.state === "todo" ? "done" : "todo" }]);
  },
});
const putRow = action({
  name: "putRow",
  args: { row: v.any() },
  handler: function* ({ row }) {
    yield* upsert(tasks, [row]);
  },
});
const taskTitle = selector({
  name: "taskTitle",
  args: { id: v.string() },
  handler: function* ({ id }) {
    const row = yield* selectFrom(tasks, "byId").where((q) => q.eq("id", id)).first();
    return row.title;
  },
});
const projectTasks = selector({
  name: "projectTasks",
  args: { projectId: v.string() },
  handler: function* ({ projectId }) {
    return yield* selectFrom(tasks, "byProjectOrder").where((q) => q.eq("projectId", projectId)).order("asc");
  },
});
const firstProjectTasks = selector({
  name: "firstProjectTasks",
  args: { projectId: v.string(), limit: v.number() },
  handler: function* ({ projectId, limit }) {
    return yield* selectFrom(tasks, "byProjectOrder").where((q) => q.eq("projectId", projectId)).order("asc")
      .limit(limit);
  },
});

class Store {
  constructor() {
    const options = { runtimeRowsValidation: false, freezeArgs: false, freezeRows: false, tracer: "disabled" };
    this.db = new SubscribableDB(new DB(new BptreeInmemDriver(), options));
    execSync(this.db.loadTables([tasks]));
  }

  insertMany(rows) {
    syncDispatch(this.db, insertRows({ rows }));
  }

  insertOne(row) {
    syncDispatch(this.db, insertRows({ rows: [row] }));
  }

  flip(id) {
    syncDispatch(this.db, flipState({ id }));
  }

  put(row) {
    syncDispatch(this.db, putRow({ row }));
  }

  title(id) {
    return selectSync(this.db, { selector: taskTitle, args: { id } });
  }

  rows(projectId, limit) {
    if (limit === Infinity) return selectSync(this.db, { selector: projectTasks, args: { projectId } });
    return selectSync(this.db, { selector: firstProjectTasks, args: { projectId, limit } });
  }

  scan(projectId, limit) {
    let sum = 0;
    for (const row of this.rows(projectId, limit)) sum += row.title.length;
    return sum;
  }

  watch(projectId, callback) {
    const live = createCachedSelectorStoreSync(this.db, { selector: projectTasks, args: { projectId } });
    live.subscribe(() => callback(view(live.getSnapshot())));
    live.getSnapshot();
  }
}

const view = (rows) => ({ size: rows.length, at: (position) => rows[position] });

export const peer = {
  package: "@will-be-done/hyperdb",
  cannot: { diff: "subscribers are told that a result changed, not how" },
  open: () => new Store(),
};
