export type TemplateName = "invoice_reminder" | "meeting_notes" | "welcome";

interface Template {
  subject: string;
  body: string;
}

const TEMPLATES: Record<TemplateName, Template> = {
  invoice_reminder: {
    subject: "Invoice {{number}} is due",
    body: "Dear {{name}},\n\ninvoice {{number}} over {{amount}} was due on {{date}}.\n\nKind regards",
  },
  meeting_notes: {
    subject: "Notes of {{date}}",
    body: "Hello {{name}},\n\nhere is what we agreed on:\n\n{{notes}}\n",
  },
  welcome: {
    subject: "Welcome, {{name}}",
    body: "Hello {{name}},\n\nyour account is ready.\n",
  },
};

export function render(name: TemplateName, values: Record<string, string>): Template {
  const template = TEMPLATES[name];
  const fill = (text: string) =>
    text.replace(/\{\{(\w+)\}\}/g, (_, key: string) => values[key] ?? "");
  return { subject: fill(template.subject), body: fill(template.body) };
}
