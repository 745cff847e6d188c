// What the last commit re-ran, and why.
import { useDB } from "@hyperdb/web/react";
import { useState, useSyncExternalStore } from "react";

export function CommitPanel() {
  const db = useDB();
  const revision = useSyncExternalStore(db.onCommit, () => db.revision());
  const [isOpen, setOpen] = useState(() => matchMedia("(min-width: 42rem)").matches);
  const report = db.lastCommitReport();
  const shown = report.woken.slice(0, 4);
  return (
    <aside aria-label="Last commit">
      <button className="fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Commit {revision}: {report.woken.length} re-run, {report.leftAloneCount} left alone
      </button>
      {isOpen && (
        <ul>
          {shown.map((each) => (
            <li key={each.call}>
              <code>{each.call}</code>
              <small>{each.reason}</small>
            </li>
          ))}
          {report.woken.length > shown.length && <li>and {report.woken.length - shown.length} more</li>}
          {report.woken.length === 0 && <li>No live query had read what was written.</li>}
        </ul>
      )}
    </aside>
  );
}
