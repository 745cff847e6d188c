// Solid: the value of a selector as an accessor, for as long as the owner around it.
import { from } from "solid-js";
import { liveSelector } from "@hyperdb/web";

export function createSelector(db, call) {
  const live = liveSelector(db, call);
  return from((set) => {
    set(() => live.getSnapshot());
    return live.subscribe(() => set(() => live.getSnapshot()));
  });
}
