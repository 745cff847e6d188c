// One definition for each workload, for all peers: what is checked, and what one operation is. An adapter's store
// does the work (README.md lists its methods). Times are in nanoseconds for one operation; bulk_insert's for one row.
import { collectGarbage, measure, measureFresh, require } from "./measure.mjs";
import {
  choices, compareInProject, flipped, makeTask, makeTasks, projectName, PROJECTS_COUNT, taskId,
} from "./rows.mjs";

const FIRST_PROJECTS = [0, 7, 42, 99];

/** A naive model of one project: its rows in order. */
function expectedRows(rows, projectId, limit = Infinity) {
  const expected = rows.filter((row) => row.projectId === projectId).sort(compareInProject);
  return limit === Infinity ? expected : expected.slice(0, limit);
}

function sameRow(a, b) {
  return Object.keys(b).every((key) => a[key] === b[key]);
}

function checkRows(store, rows, limit = Infinity) {
  for (const number of FIRST_PROJECTS) {
    const projectId = projectName(number);
    const expected = expectedRows(rows, projectId, limit);
    if (expected.length === 0) continue;
    const found = store.rows(projectId, limit);
    require(found.length === expected.length, `${projectId} has ${found.length} rows, not ${expected.length}`);
    for (let i = 0; i < expected.length; ++i) {
      require(sameRow(found[i], expected[i]), `${projectId}, place ${i}: ${JSON.stringify(found[i])}`);
    }
    const sum = expected.reduce((total, row) => total + row.title.length, 0);
    require(store.scan(projectId, limit) === sum, `${projectId}: the sum of its titles`);
  }
}

/** That the rows are those of benchmarks/workload.cpp: two of them as that program makes them. */
export function checkGenerator() {
  const made = [0, 99999].map((number) => Object.values(makeTask(number)).join(" "));
  require(made[0] === "task-0 project-0 Task 0 todo r18fmi8t 0", made[0]);
  require(made[1] === "task-99999 project-99 Task 99999 todo etu2s99i 99999", made[1]);
}

function filled(peer, rows) {
  const store = peer.open();
  store.insertMany(rows);
  return store;
}

function bulkInsert(peer, count, settings) {
  const rows = makeTasks(count);
  const check = (store) => checkRows(store, rows);
  const took = measureFresh(() => peer.open(), (store) => store.insertMany(rows), check, settings);
  return { ...took, ns: took.ns / count };
}

function insertTx(peer, count, settings) {
  const rows = makeTasks(count);
  const store = filled(peer, rows);
  let next = [];
  let position = 0;
  const prepare = (batch) => {
    next = makeTasks(batch, PROJECTS_COUNT, rows.length);
    position = 0;
    for (const row of next) rows.push(row);
  };
  // A fifth more rows at most: the store must not be another one at the end.
  const took = measure(() => store.insertOne(next[position++]), settings, { prepare, limit: count / 5 });
  checkRows(store, rows);
  return took;
}

function updateTx(peer, count, settings) {
  const rows = makeTasks(count);
  const store = filled(peer, rows);
  for (let number = 0; number < 1000; ++number) {
    rows[number] = flipped(rows[number]);
    store.flip(taskId(number));
  }
  checkRows(store, rows);
  const choose = choices(1, count);
  return measure(() => store.flip(rows[choose()].id), settings);
}

function pointGet(peer, count, settings) {
  const rows = makeTasks(count);
  const store = filled(peer, rows);
  for (const row of rows) require(store.title(row.id) === row.title, `the title of ${row.id}`);
  const choose = choices(2, count);
  let sum = 0;
  return { ...measure(() => (sum += store.title(rows[choose()].id).length), settings), sum };
}

function scan(peer, count, settings, limit) {
  const rows = makeTasks(count);
  const store = filled(peer, rows);
  checkRows(store, rows, limit);
  const projects = Array.from({ length: PROJECTS_COUNT }, (_, number) => projectName(number));
  const choose = choices(3, PROJECTS_COUNT);
  let sum = 0;
  return { ...measure(() => (sum += store.scan(projects[choose()], limit)), settings), sum };
}

function fanout(peer, count, settings) {
  const rows = makeTasks(count, count);
  const store = filled(peer, rows);
  let calls = 0;
  let seenSizes = 0;
  let last = null;
  for (let i = 0; i < count; ++i) {
    const projectId = projectName(i);
    store.watch(projectId, (view) => {
      ++calls;
      last = view.at(0);
      seenSizes += last.title.length;
    });
  }
  const choose = choices(4, count);
  let operations = 0;
  const operation = () => {
    const place = choose();
    rows[place] = flipped(rows[place]);
    store.put(rows[place]);
    ++operations;
    return rows[place];
  };
  calls = 0;
  for (let i = 0; i < 3; ++i) {
    const row = operation();
    require(calls === operations, `${calls} callbacks for ${operations} actions`);
    require(last.title === row.title && last.state === row.state, "the callback sees the new row");
  }
  const took = measure(operation, settings);
  require(calls === operations, `${calls} callbacks for ${operations} actions`);
  return { ...took, seenSizes };
}

/** `watch(store, count)` subscribes, and returns a function that says how many callbacks there were. */
function oneProject(peer, count, settings, watch) {
  const rows = makeTasks(count, 1);
  const store = filled(peer, rows);
  const callsOf = watch(store, rows);
  const choose = choices(5, count);
  let operations = 0;
  const operation = () => {
    const place = choose();
    rows[place] = flipped(rows[place]);
    store.put(rows[place]);
    ++operations;
  };
  const before = callsOf();
  for (let i = 0; i < 3; ++i) operation();
  require(callsOf() - before === operations, `${callsOf() - before} callbacks for ${operations} actions`);
  checkRows(store, rows);
  const took = measure(operation, settings);
  require(callsOf() - before === operations, `${callsOf() - before} callbacks for ${operations} actions`);
  return took;
}

function rerun(peer, count, settings) {
  let sum = 0;
  return oneProject(peer, count, settings, (store, rows) => {
    const ordered = expectedRows(rows, projectName(0));
    const expected = [0, count >> 1, count - 1].map((place) => ordered[place].title);
    let calls = 0;
    store.watch(projectName(0), (view) => {
      const size = view.size;
      const seen = [view.at(0).title, view.at(size >> 1).title, view.at(size - 1).title];
      sum += size + seen[0].length + seen[1].length + seen[2].length;
      if (calls++ < 3) {
        require(size === count, `the callback sees ${size} rows`);
        require(seen.join() === expected.join(), `its rows are in order: ${seen}`);
      }
    });
    return () => calls;
  });
}

function diff(peer, count, settings) {
  return oneProject(peer, count, settings, (store) => {
    let updated = 0;
    store.watchChanges(projectName(0), (updatedCount) => (updated += updatedCount));
    return () => updated;
  });
}

/** Bytes of the heap for each row. The rows are made within, so that all that stays belongs to the store. */
function memory(peer, count) {
  filled(peer, makeTasks(100));
  const used = () => {
    collectGarbage();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { bytes: heapUsed + external, rss };
  };
  const before = used();
  const store = filled(peer, makeTasks(count));
  const after = used();
  require(store.title(taskId(count - 1)) === `Task ${count - 1}`, "the last row");
  return {
    bytesPerRow: (after.bytes - before.bytes) / count,
    rssPerRow: (after.rss - before.rss) / count,
    repetitions: 1,
  };
}

/** name without its number -> function(peer, number, settings) */
export const workloads = {
  bulk_insert: bulkInsert,
  insert_tx: insertTx,
  update_tx: updateTx,
  point_get: pointGet,
  // The number is that of rows in a project, or the limit; settings.rows is that of the table.
  range_scan: (peer, count, settings) => scan(peer, count * PROJECTS_COUNT, settings, Infinity),
  range_scan_limit: (peer, limit, settings) => scan(peer, settings.rows, settings, limit),
  fanout,
  rerun,
  diff,
  memory,
};
