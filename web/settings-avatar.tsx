import { FaultIn, type SettingsProps } from "./settings-page.tsx";

/** A picture of somebody, and how to change it. */
export function Avatar({ reader, settings, fault }: SettingsProps) {
  const { text } = reader.messages;
  const { avatarUrl } = settings;
  return (
    <div id="avatar">
      <FaultIn reader={reader} fault={fault} section="avatar" />
      <form method="post" action="/settings/avatar" enctype="multipart/form-data">
        {avatarUrl && <img class="mono portrait mt" src={new URL(avatarUrl).pathname} alt="" width={96} height={96} />}
        <label class="mt" for="avatar-file">
          {text("profile.avatar")}
        </label>
        <input
          id="avatar-file"
          name="image"
          type="file"
          accept="image/jpeg,image/png,image/webp,image/gif,image/avif"
          aria-describedby="avatar-hint"
        />
        <p class="hint" id="avatar-hint">
          {text("profile.avatar-hint")}
        </p>
        <p class="row">
          <button type="submit" name="do" value="show" class="ghost">
            {text("profile.avatar-save")}
          </button>
          {avatarUrl && (
            <button type="submit" name="do" value="remove" class="bare">
              {text("profile.avatar-remove")}
            </button>
          )}
        </p>
      </form>
    </div>
  );
}
