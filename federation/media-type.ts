/** The two media types of ActivityStreams (ActivityPub, section 3.2). */
export function isActivityStreams(contentType: string | undefined): boolean {
  const [type, ...parameters] = (contentType ?? "")
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  if (type === "application/activity+json") return true;
  return (
    type === "application/ld+json" && parameters.some((one) => one.includes("https://www.w3.org/ns/activitystreams"))
  );
}
