// What must not compile: each marked line is an error.
import {
  DBProvider,
  useAsyncSelector,
  useRowChanges,
  useRows,
  useSyncDispatch,
  useSyncSelector,
} from "@hyperdb/web/react";
import { createTask, projectCounts, projectTasks, taskById, toggleTask } from "../.module/tasks_web.js";
// @ts-expect-error: the module has no such selector
import { projectTask } from "../.module/tasks_web.js";
// @ts-expect-error: the package has no such hook
import { useSelector } from "@hyperdb/web/react";

declare const enabled: boolean;
const open = { selector: projectTasks, args: { projectId: "p", state: "open" } } as const;

export function useWrongArguments(): void {
  // @ts-expect-error: an argument is missing
  useSyncSelector({ selector: projectTasks, args: { projectId: "p" } });
  // @ts-expect-error: no state is called so
  useSyncSelector({ selector: projectTasks, args: { projectId: "p", state: "closed" } });
  // @ts-expect-error: an argument of another type
  useAsyncSelector({ selector: taskById, args: { id: 1 } });
  // @ts-expect-error: there is no such argument
  useSyncSelector({ selector: taskById, args: { id: "1", project: "p" } });
  // @ts-expect-error: the arguments are missing
  useSyncSelector({ selector: taskById });
  // @ts-expect-error: an action is no selector
  useSyncSelector({ selector: toggleTask, args: { id: "1" } });
  // @ts-expect-error: a selector is no action
  useSyncDispatch()(taskById({ id: "1" }));
  // @ts-expect-error: an argument is missing
  useSyncDispatch()(createTask({ id: "1", title: "t" }));
}

export function useWrongOptions(): void {
  // @ts-expect-error: what may be disabled needs a default
  useSyncSelector({ ...open, enabled });
  // @ts-expect-error: what is disabled needs a default
  useSyncSelector({ ...open, enabled: false });
  // @ts-expect-error: a default of another type
  useSyncSelector({ ...open, enabled, defaultValue: "none" });
  // @ts-expect-error: a default of another type
  useAsyncSelector({ ...open, defaultValue: { open: 1 } });
  // @ts-expect-error: there is no such option
  useAsyncSelector({ ...open, staleTime: 1 });
  // @ts-expect-error: a provider needs a database
  DBProvider({ children: null });
}

export function useWrongResults(): void {
  const tasks = useSyncSelector(open);
  // @ts-expect-error: rows have no such member
  tasks[0].name;
  // @ts-expect-error: rows can't be written
  tasks[0].title = "other";
  // @ts-expect-error: there may be no such row
  useSyncSelector({ selector: taskById, args: { id: "1" } }).title;
  const result = useAsyncSelector(open);
  // @ts-expect-error: there may be no data yet
  result.data.length;
  // @ts-expect-error: there is no such field
  result.isIdle;
  // @ts-expect-error: the error may be null
  result.error.code;
  // @ts-expect-error: a result is no list of rows
  useRows({ selector: projectCounts, args: { projectId: "p" } });
  // @ts-expect-error: a result is no list of rows
  useRowChanges({ selector: projectCounts, args: { projectId: "p" } });
  // @ts-expect-error: a lazy list can't be written
  useRows(open).push(tasks[0]);
}
