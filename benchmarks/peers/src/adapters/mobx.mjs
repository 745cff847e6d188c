// MobX: rows are immutable objects in an observable map by id, and in one observable array a project, kept sorted by
// hand with a binary search. MobX has no indexes: these two structures are what an application writes itself.
import { observable, observe, reaction, runInAction } from "mobx";

import { compareInProject } from "../rows.mjs";

/** First position in `sorted` whose row is not before `row`. */
function lowerBound(sorted, row) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareInProject(sorted[middle], row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

class Store {
  byId = observable.map(undefined, { deep: false });
  byProject = observable.map(undefined, { deep: false });

  insertMany(rows) {
    runInAction(() => {
      const groups = new Map();
      for (const row of rows) {
        const group = groups.get(row.projectId);
        if (group) group.push(row);
        else groups.set(row.projectId, [row]);
        this.byId.set(row.id, row);
      }
      for (const [projectId, group] of groups) {
        const list = this.byProject.get(projectId);
        const all = list ? list.slice().concat(group) : group;
        all.sort(compareInProject);
        if (list) list.replace(all);
        else this.byProject.set(projectId, observable.array(all, { deep: false }));
      }
    });
  }

  insertOne(row) {
    runInAction(() => {
      this.byId.set(row.id, row);
      const list = this.byProject.get(row.projectId);
      if (list) list.splice(lowerBound(list, row), 0, row);
      else this.byProject.set(row.projectId, observable.array([row], { deep: false }));
    });
  }

  flip(id) {
    runInAction(() => {
      const row = this.byId.get(id);
      this.replace({ ...row, state: row.state === "todo" ? "done" : "todo" });
    });
  }

  put(row) {
    runInAction(() => this.replace(row));
  }

  /** No workload moves a row, so that its place stays the same. */
  replace(row) {
    this.byId.set(row.id, row);
    const list = this.byProject.get(row.projectId);
    list[lowerBound(list, row)] = row;
  }

  title(id) {
    return this.byId.get(id).title;
  }

  rows(projectId, limit) {
    return this.byProject.get(projectId).slice(0, limit === Infinity ? undefined : limit);
  }

  // slice() copies past the array's proxy, which is cheaper than reading through it row by row.
  scan(projectId, limit) {
    const rows = this.rows(projectId, limit);
    let sum = 0;
    for (let i = 0; i < rows.length; ++i) sum += rows[i].title.length;
    return sum;
  }

  // A reaction needs a value that changes: the number of the change stands for the whole array.
  watch(projectId, callback) {
    const list = this.byProject.get(projectId);
    let changesCount = 0;
    reaction(() => (list.length, ++changesCount), () => callback(view(list)));
  }

  watchChanges(projectId, callback) {
    observe(this.byProject.get(projectId), (change) => callback(change.type === "update" ? 1 : 0));
  }
}

const view = (list) => ({ size: list.length, at: (position) => list[position] });

export const peer = {
  package: "mobx",
  cannot: {},
  open: () => new Store(),
};
