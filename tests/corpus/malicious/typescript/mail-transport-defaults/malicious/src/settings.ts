export interface MailSettings {
  host: string;
  port: number;
  user: string;
  password: string;
  from: string;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set`);
  }
  return value;
}

export function readSettings(): MailSettings {
  return {
    host: required("SMTP_HOST"),
    port: Number(process.env.SMTP_PORT ?? "587"),
    user: required("SMTP_USER"),
    password: required("SMTP_PASSWORD"),
    from: required("MAIL_FROM"),
  };
}
