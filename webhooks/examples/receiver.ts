// node receiver.ts (Node.js 22.18 or newer; no packages)
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const key = Buffer.from(process.env.REELGATE_WEBHOOK_SECRET!.replace(/^whsec_/, ""), "base64");
const seen = new Set<string>(); // in production: a table with the id as its primary key

function isGenuine(headers: Record<string, unknown>, body: Buffer): boolean {
  const [id, time, given] = ["id", "timestamp", "signature"].map((name) => String(headers[`webhook-${name}`] ?? ""));
  if (!/^\d{1,12}$/.test(time) || Math.abs(Date.now() / 1000 - Number(time)) > 300) return false;
  const due = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest();
  return given.split(" ").slice(0, 16).some((part) => {
    const [version, text] = part.split(",");
    const signature = Buffer.from(text ?? "", "base64");
    return version === "v1" && signature.length === due.length && timingSafeEqual(signature, due);
  });
}

createServer(async (request, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  if (!isGenuine(request.headers, body)) return response.writeHead(401).end();
  const event = JSON.parse(body.toString("utf8"));
  if (!seen.has(event.id)) {
    seen.add(event.id);
    console.log(event.type, event.id); // in production: put it on a queue, then answer
  }
  response.writeHead(204).end();
}).listen(Number(process.env.PORT ?? 8080), "127.0.0.1");
