/** Desktop notification at the end of a training. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ProjectDetails } from "../api/api.ts";
import { text } from "./training_words.ts";

/** Ids of the projects to notify about, for the lifetime of the tab. */
const wanted = new Set<number>();

export function TellMe({ project: { id } }: { project: ProjectDetails }) {
  const isOn = useSignal(wanted.has(id));
  if (typeof Notification === "undefined" || Notification.permission === "denied") return null;
  if (isOn.value) return <span class="small muted" role="status">{text.willTell}</span>;
  const ask = async () => {
    if (await Notification.requestPermission() !== "granted") return;
    wanted.add(id);
    isOn.value = true;
  };
  return <button type="button" class="button bare small" onClick={ask}>{text.tellMe}</button>;
}

/** Sends the notification when `isTraining` turns false. */
export function useTelling(project: ProjectDetails | undefined, isTraining: boolean): void {
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !isTraining && project && wanted.delete(project.id)) {
      const { project_name, error } = project;
      new Notification(error ? text.ended(project_name) : text.done(project_name));
    }
    was.current = isTraining;
  }, [isTraining]);
}
