/** What the actor document of another server says, read and checked: the words of the wire are gone. */
export interface RemoteActor {
  readonly iri: string;
  /** The ActivityStreams type, such as Person or Group. */
  readonly type: string;
  /** The host of the IRI, with its port if it has one: where its deliveries go, and what a block is about. */
  readonly host: string;
  /** The name before the @. */
  readonly handle: string;
  /** What the actor says is its address, `name@host` (FEP-2c59); true only once WebFinger confirmed it. */
  readonly address?: string | undefined;
  /** The host after the @, once WebFinger confirmed it. Unset: nobody asked, or it was not confirmed. */
  readonly handleHost?: string | undefined;
  /** One line, at most `limits.nameLength`. */
  readonly name: string;
  /** Sanitised. */
  readonly bioHtml: string;
  readonly url?: string | undefined;
  readonly avatarUrl?: string | undefined;
  /** False when search engines are to stay away (FEP-5feb). */
  readonly indexable: boolean;
  /** On `host`, and so is the shared one. */
  readonly inbox: string;
  readonly sharedInbox?: string | undefined;
  readonly followersIri?: string | undefined;
  /** Those that name the actor as their owner: `publicKey`, and each Multikey of `assertionMethod` (FEP-521a) turned into PEM. */
  readonly keys: readonly RemoteActorKey[];
  /** The document as it came. */
  readonly document: string;
  readonly movedTo?: string | undefined;
  /** Other actors that it says it is too; true only of those that say the same, or move to it. */
  readonly alsoKnownAs?: readonly string[] | undefined;
}

export interface RemoteActorKey {
  readonly iri: string;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKeyPem: string;
}
