// Adds 10,000 tasks, some at a time, so that the page goes on.
import { useDispatch } from "@hyperdb/web/react";
import { useEffect, useState } from "react";
import { addSamples } from "tasks_web";

const samplesCount = 10_000;
const perStep = 250;

export function LoadSamples({ projectId }: { projectId: string }) {
  const dispatch = useDispatch();
  const [loaded, setLoaded] = useState<number | null>(null);
  useEffect(() => {
    if (loaded === null || loaded >= samplesCount) return;
    const step = requestAnimationFrame(() => {
      dispatch(addSamples({ projectId, first: 1000 + loaded, count: perStep }));
      setLoaded(loaded + perStep);
    });
    return () => cancelAnimationFrame(step);
  }, [dispatch, projectId, loaded]);

  if (loaded !== null && loaded < samplesCount) {
    return (
      <label className="loading">
        {loaded.toLocaleString("en")} tasks <progress max={samplesCount} value={loaded} />
      </label>
    );
  }
  return (
    <button className="load" disabled={loaded !== null} onClick={() => setLoaded(0)}>
      {loaded === null ? "Add 10,000 tasks" : "10,000 tasks added"}
    </button>
  );
}
