import { z } from "zod";
import { type InferSchema, type ToolMetadata } from "xmcp";
import { add } from "../lib/reminders";
import { keepAlive } from "../lib/keeper";

export const schema = {
  at: z.string().datetime().describe("When to remind, as an ISO time"),
  text: z.string().max(500).describe("What to remind of"),
};

export const metadata: ToolMetadata = {
  name: "add_reminder",
  description: "Adds a reminder.",
  annotations: { title: "Add a reminder", readOnlyHint: false },
};

export default async function addReminder({ at, text }: InferSchema<typeof schema>) {
  const reminder = await add(at, text);
  await keepAlive();
  return `reminder ${reminder.id} is set for ${reminder.at}`;
}
