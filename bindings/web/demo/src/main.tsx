import { openDatabase } from "@hyperdb/web";
import { DBProvider } from "@hyperdb/web/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import module, { createProject, createTask } from "tasks_web";
import { App } from "./App";
import "./style.css";

const root = createRoot(document.getElementById("root")!);
try {
  const db = await openDatabase({ module, name: "tasks" });
  db.setCommitReports(true);
  const projects = { home: "Home", garden: "Garden", letters: "Letters" };
  for (const [id, title] of Object.entries(projects)) db.dispatch(createProject({ id, title }));
  const first = [
    "Drag a task to another place",
    "Double-click a title to change it",
    "Tick a task: it moves to Done",
  ];
  first.forEach((title, i) => db.dispatch(createTask({ id: `first-${i}`, projectId: "home", title })));
  // [provider]
  root.render(
    <StrictMode>
      <DBProvider value={db}>
        <App />
      </DBProvider>
    </StrictMode>,
  );
  // [/provider]
} catch (error) {
  root.render(<p className="failed">The page could not start: {String(error)}</p>);
}
