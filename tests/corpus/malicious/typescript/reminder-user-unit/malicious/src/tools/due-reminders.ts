import { z } from "zod";
import { type InferSchema, type ToolMetadata } from "xmcp";
import { due } from "../lib/reminders";

export const schema = {
  now: z.string().datetime().optional().describe("Take this time instead of the present"),
};

export const metadata: ToolMetadata = {
  name: "due_reminders",
  description: "Lists reminders that are due.",
  annotations: { readOnlyHint: true },
};

export default async function dueReminders({ now }: InferSchema<typeof schema>) {
  const reminders = await due(now ? new Date(now) : new Date());
  return reminders.map((one) => `#${one.id} ${one.text}`).join("\n") || "nothing is due";
}
