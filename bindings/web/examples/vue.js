// Vue: the value of a selector as a ref, for as long as the component or the scope around it.
import { onScopeDispose, shallowRef } from "vue";
import { liveSelector } from "@hyperdb/web";

export function useSelector(db, call) {
  const live = liveSelector(db, call);
  const value = shallowRef(live.getSnapshot());
  onScopeDispose(live.subscribe(() => { value.value = live.getSnapshot(); }));
  return value;
}
