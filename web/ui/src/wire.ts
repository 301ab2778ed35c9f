// The shapes that visitors and agents both receive over HTTP and the cable. Optional fields are those one of them may not get.

/** `message_type` on the wire. */
export const MessageType = { incoming: 0, outgoing: 1, activity: 2, template: 3 } as const;
export type MessageTypeNumber = (typeof MessageType)[keyof typeof MessageType];

export interface Sender {
  id?: number;
  name?: string | null;
  available_name?: string | null;
  avatar_url?: string | null;
  thumbnail?: string | null;
  availability_status?: "online" | "busy" | "offline" | null;
  type?: "user" | "contact" | "agent_bot";
}

export interface Attachment {
  id: number;
  message_id?: number;
  file_type: "image" | "audio" | "video" | "file" | string;
  account_id?: number;
  extension?: string | null;
  content_type?: string | null;
  /** Signed and expiring; fetch it, do not keep it. */
  data_url: string;
  thumb_url?: string | null;
  /** Bytes. */
  file_size?: number | null;
  width?: number | null;
  height?: number | null;
}

export interface Message {
  id: number;
  content: string | null;
  message_type: MessageTypeNumber;
  content_type: "text" | "input_email" | "incoming_email" | string;
  content_attributes?: Record<string, unknown> | null;
  /** Epoch seconds. */
  created_at: number;
  /** The number people see (display id). */
  conversation_id: number;
  private?: boolean;
  status?: "sent" | "delivered" | "read" | "failed";
  source_id?: string | null;
  echo_id?: string | null;
  sender?: Sender | null;
  attachments?: Attachment[];
}
