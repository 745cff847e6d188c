import { useDispatch, useSyncSelector } from "@hyperdb/web/react";
import { useState } from "react";
import { allProjects, createProject, projectCounts } from "tasks_web";
import type { Project } from "tasks_web";
import { CommitPanel } from "./CommitPanel";
import { Tasks } from "./Tasks";
import { UndoProvider, useUndo } from "./undo";

export function App() {
  return (
    <UndoProvider>
      <Page />
    </UndoProvider>
  );
}

function Page() {
  const projects = useSyncSelector({ selector: allProjects, args: {} });
  const [chosen, setChosen] = useState("home");
  const project = projects.find((each) => each.id === chosen) ?? projects[0];
  return (
    <div className="page">
      <nav aria-label="Projects">
        <h1>Tasks</h1>
        <ul>
          {projects.map((each) => (
            <ProjectItem
              key={each.id}
              project={each}
              isChosen={each === project}
              choose={() => setChosen(each.id)}
            />
          ))}
        </ul>
        <AddProject choose={setChosen} />
        <UndoButton />
      </nav>
      <main>{project && <Tasks key={project.id} project={project} />}</main>
      <CommitPanel />
    </div>
  );
}

// [counts]
function ProjectItem({ project, isChosen, choose }: { project: Project; isChosen: boolean; choose(): void }) {
  const counts = useSyncSelector({ selector: projectCounts, args: { projectId: project.id } });
  return (
    <li>
      <button className="project" aria-current={isChosen ? "page" : undefined} onClick={choose}>
        <span>{project.title}</span>
        <span className="count" title={`${counts.done} done`}>
          {counts.open}
        </span>
      </button>
    </li>
  );
}
// [/counts]

function AddProject({ choose }: { choose(id: string): void }) {
  const dispatch = useDispatch();
  const [title, setTitle] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!title.trim()) return;
        const id = crypto.randomUUID();
        dispatch(createProject({ id, title: title.trim() }));
        setTitle("");
        choose(id);
      }}
    >
      <input
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        placeholder="New project"
        aria-label="New project"
      />
    </form>
  );
}

function UndoButton() {
  const { last, undo } = useUndo();
  return (
    <button className="undo" disabled={!last} onClick={undo}>
      {last ? `Undo: ${last}` : "Nothing to undo"}
    </button>
  );
}
