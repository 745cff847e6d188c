// What must compile.
import { liveSelector, openDatabase, preloadSelector } from "@hyperdb/web";
import type { Database, Rows } from "@hyperdb/web";
import {
  useAsyncDispatch,
  useAsyncSelector,
  useDB,
  useDispatch,
  useOptionalDB,
  useRowChanges,
  useRows,
  useSelectAsync,
  useSelectSync,
  useSuspenseSelector,
  useSyncDispatch,
  useSyncSelector,
} from "@hyperdb/web/react";
import {
  allProjects,
  createTask,
  projectCounts,
  projectTasks,
  taskById,
  toggleTask,
} from "../.module/tasks_web.js";
import type { Project, Task } from "../.module/tasks_web.js";

type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function is<A, B>(..._same: IsSame<A, B> extends true ? [] : [never]): void {}

const open = { selector: projectTasks, args: { projectId: "p", state: "open" } } as const;
declare const enabled: boolean;
declare const rows: readonly Task[];

export function useValues(): void {
  const tasks = useSyncSelector(open);
  is<typeof tasks, readonly Task[]>();
  const ofCall = useSyncSelector(projectTasks({ projectId: "p", state: "done" }));
  is<typeof ofCall, readonly Task[]>();
  const one = useSyncSelector({ selector: taskById, args: { id: "1" } });
  is<typeof one, Task | undefined>();
  const projects = useSyncSelector({ selector: allProjects, args: {} });
  is<typeof projects, readonly Project[]>();
  const counts = useSyncSelector({ selector: projectCounts, args: { projectId: "p" }, enabled: true });
  is<typeof counts, { readonly open: number; readonly done: number }>();
  const switched = useSyncSelector({ ...open, enabled, defaultValue: [] });
  is<typeof switched, readonly Task[]>();
  const disabled = useSyncSelector({ ...open, enabled: false, defaultValue: rows });
  is<typeof disabled, readonly Task[]>();
  const suspending = useSuspenseSelector(open);
  is<typeof suspending, readonly Task[]>();
}

export function useResults(): void {
  const result = useAsyncSelector(open);
  is<typeof result.data, readonly Task[] | undefined>();
  if (result.status === "success") is<typeof result.data, readonly Task[]>();
  if (result.isSuccess) is<typeof result.error, null>();
  if (result.isError) {
    const { code } = result.error;
    is<typeof code extends string ? true : false, true>();
  }
  const withDefault = useAsyncSelector({ ...open, defaultValue: [] });
  is<typeof withDefault.data, readonly Task[]>();
  const withMadeDefault = useAsyncSelector({ ...open, enabled, defaultValue: () => [] });
  is<typeof withMadeDefault.data, readonly Task[]>();
  const withInitial = useAsyncSelector({ ...open, initialData: rows, initialDataUpdatedAt: () => undefined });
  is<typeof withInitial.data, readonly Task[]>();
  const withPlaceholder = useAsyncSelector({ ...open, placeholderData: (previous) => previous ?? [] });
  is<typeof withPlaceholder.data, readonly Task[]>();
  const perhaps = useAsyncSelector({ ...open, placeholderData: (previous) => previous });
  is<typeof perhaps.data, readonly Task[] | undefined>();
  const again = result.refetch({ throwOnError: true, cancelRefetch: false });
  is<Awaited<typeof again>, typeof result>();
  useAsyncSelector({
    ...open,
    throwOnError: (error, { failureCount }) => error.code === "closed" && failureCount > 1,
  });
}

export function useLists(): void {
  const lazy = useRows(open);
  is<typeof lazy, Rows<Task>>();
  const titles = lazy.map((each, position) => `${position}${each.title}`);
  is<typeof titles, string[]>();
  const { changes } = useRowChanges(open);
  is<(typeof changes)[number]["inserted"][number]["row"], Task>();
  const first = useRowChanges(open, (told) => {
    is<typeof told.rows, readonly Task[]>();
  });
  is<typeof first, readonly Task[]>();
}

export async function useCommands(): Promise<void> {
  is<ReturnType<typeof useDB>, Database>();
  is<ReturnType<typeof useOptionalDB>, Database | null>();
  const isDone = useSyncDispatch()(toggleTask({ id: "1" }));
  is<typeof isDone, boolean>();
  useDispatch()({ action: createTask, args: { id: "1", projectId: "p", title: "t" } });
  const later = useAsyncDispatch()(toggleTask({ id: "1" }));
  is<typeof later, Promise<boolean>>();
  const task = useSelectSync()({ selector: taskById, args: { id: "1" } });
  is<typeof task, Task | undefined>();
  const taskLater = useSelectAsync()(taskById({ id: "1" }));
  is<typeof taskLater, Promise<Task | undefined>>();
  const db = await openDatabase({ module: new ArrayBuffer(8) });
  await preloadSelector(db, projectTasks({ projectId: "p", state: "open" }));
  const value = liveSelector(db, taskById({ id: "1" })).getSnapshot();
  is<typeof value, Task | undefined>();
}
