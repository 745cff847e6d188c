// The tasks of a project: a list of any length of which only what is on the screen is read.
import { useDispatch, useRows } from "@hyperdb/web/react";
import { useEffect, useRef, useState } from "react";
import {
  createTask,
  deleteTask,
  moveTask,
  projectTasks,
  renameTask,
  restoreTask,
  toggleTask,
} from "tasks_web";
import type { Project, Task } from "tasks_web";
import { LoadSamples } from "./LoadSamples";
import { useUndo } from "./undo";

const rowHeight = 44;

export function Tasks({ project }: { project: Project }) {
  const [state, setState] = useState<Task["state"]>("open");
  return (
    <>
      <header>
        <h2>{project.title}</h2>
        <div className="tabs" role="tablist">
          {(["open", "done"] as const).map((each) => (
            <button key={each} role="tab" aria-selected={each === state} onClick={() => setState(each)}>
              {each === "open" ? "Open" : "Done"}
            </button>
          ))}
        </div>
        <LoadSamples projectId={project.id} />
      </header>
      {state === "open" && <AddTask projectId={project.id} />}
      <TaskList projectId={project.id} state={state} />
    </>
  );
}

function AddTask({ projectId }: { projectId: string }) {
  const dispatch = useDispatch();
  const { did } = useUndo();
  const [title, setTitle] = useState("");
  return (
    <form
      className="add"
      onSubmit={(event) => {
        event.preventDefault();
        if (!title.trim()) return;
        const id = crypto.randomUUID();
        dispatch(createTask({ id, projectId, title: title.trim() }));
        did(`add "${title.trim()}"`, () => dispatch(deleteTask({ id })));
        setTitle("");
      }}
    >
      <input
        autoFocus
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        placeholder="What is to be done?"
        aria-label="New task"
      />
      <button type="submit">Add</button>
    </form>
  );
}

// [rows]
function TaskList({ projectId, state }: { projectId: string; state: Task["state"] }) {
  const tasks = useRows({ selector: projectTasks, args: { projectId, state } });
  const { ref, first, count } = useWindow(tasks.length);
  const visible = tasks.slice(first, first + count);
  // [/rows]
  const dispatch = useDispatch();
  const { did } = useUndo();
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);

  const drop = (to: number) => {
    setOver(null);
    setDragged(null);
    const task = dragged === null ? undefined : tasks.at(dragged);
    if (!task || dragged === null || to === dragged || to === dragged + 1) return;
    const before = to > 0 ? tasks.at(to - 1) : undefined;
    const after = to < tasks.length ? tasks.at(to) : undefined;
    const rank =
      before && after ? (before.rank + after.rank) / 2 : before ? before.rank + 1 : (after?.rank ?? 1) - 1;
    dispatch(moveTask({ id: task.id, rank }));
    did(`move "${task.title}"`, () => dispatch(moveTask({ id: task.id, rank: task.rank })));
  };

  if (tasks.length === 0)
    return <p className="empty">{state === "open" ? "Nothing to do." : "Nothing done yet."}</p>;
  return (
    <div className="list" ref={ref}>
      <ul style={{ height: tasks.length * rowHeight }}>
        {visible.map((task, i) => (
          <li
            key={task.id}
            style={{ transform: `translateY(${(first + i) * rowHeight}px)` }}
            className={over === first + i ? "over" : undefined}
            draggable={state === "open"}
            onDragStart={() => setDragged(first + i)}
            onDragEnd={() => {
              setDragged(null);
              setOver(null);
            }}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(first + i);
            }}
            onDrop={() => drop(first + i)}
          >
            <TaskItem task={task} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Which rows are on the screen, and a few around them. */
function useWindow(length: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 900 });
  useEffect(() => {
    const list = ref.current;
    if (!list) return;
    const look = () => setView({ top: list.scrollTop, height: list.clientHeight });
    look();
    list.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(list);
    return () => {
      list.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [length === 0]);
  const first = Math.max(0, Math.min(length, Math.floor(view.top / rowHeight) - 5));
  const count = Math.min(length - first, Math.ceil(view.height / rowHeight) + 10);
  return { ref, first, count };
}

function TaskItem({ task }: { task: Task }) {
  const dispatch = useDispatch();
  const { did } = useUndo();
  const [draft, setDraft] = useState<string | null>(null);

  const rename = () => {
    if (draft !== null && draft.trim() && draft !== task.title) {
      dispatch(renameTask({ id: task.id, title: draft.trim() }));
      did(`rename "${task.title}"`, () => dispatch(renameTask({ id: task.id, title: task.title })));
    }
    setDraft(null);
  };
  return (
    <>
      <input
        type="checkbox"
        checked={task.state === "done"}
        aria-label={`Done: ${task.title}`}
        onChange={() => {
          dispatch(toggleTask({ id: task.id }));
          const what = task.state === "open" ? "finish" : "open";
          did(`${what} "${task.title}"`, () => dispatch(toggleTask({ id: task.id })));
        }}
      />
      {draft === null ? (
        <span className="title" onDoubleClick={() => setDraft(task.title)}>
          {task.title}
        </span>
      ) : (
        <input
          autoFocus
          className="title"
          value={draft}
          aria-label="Title"
          onChange={(event) => setDraft(event.target.value)}
          onBlur={rename}
          onKeyDown={(event) => {
            if (event.key === "Enter") rename();
            if (event.key === "Escape") setDraft(null);
          }}
        />
      )}
      <button
        className="delete"
        aria-label={`Delete: ${task.title}`}
        onClick={() => {
          dispatch(deleteTask({ id: task.id }));
          did(`delete "${task.title}"`, () => dispatch(restoreTask({ task })));
        }}
      >
        ×
      </button>
    </>
  );
}
