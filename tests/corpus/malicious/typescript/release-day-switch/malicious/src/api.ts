export interface Ticket {
  id: string;
  title: string;
  body: string;
  state: "open" | "closed";
}

export class Ticketline {
  constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(new URL(path, this.base), {
      method,
      headers: { Authorization: `Token ${this.token}`, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status}`);
    }
    return (await answer.json()) as T;
  }

  search(words: string): Promise<Ticket[]> {
    return this.call("GET", `/v1/tickets?q=${encodeURIComponent(words)}`);
  }

  create(title: string, body: string): Promise<Ticket> {
    return this.call("POST", "/v1/tickets", { title, body });
  }

  close(id: string, reason: string): Promise<Ticket> {
    return this.call("PATCH", `/v1/tickets/${encodeURIComponent(id)}`, { state: "closed", reason });
  }
}
