// What a client with Relay asks of hours: pages that are refetched, lists that follow mutations, events.
import { graphql } from 'relay-runtime';

export const Entry = graphql`
  fragment hours_entry on HourEntry @argumentDefinitions(withPeople: { type: "Boolean!", defaultValue: true }) {
    id
    status
    version
    workedOn
    minutes
    evidenceLevel
    canEdit {
      allowed
      rule
      reason
    }
    volunteer @include(if: $withPeople) {
      id
      displayName(locale: "fr")
    }
    project {
      id
      title
    }
  }
`;

export const List = graphql`
  fragment hours_list on Organization
  @argumentDefinitions(
    count: { type: "Int", defaultValue: 20 }
    cursor: { type: "String" }
    filter: { type: "HourEntryFilter" }
    orderBy: { type: "HourEntryOrder" }
  )
  @refetchable(queryName: "hoursListPageQuery") {
    name
    hourEntries(first: $count, after: $cursor, filter: $filter, orderBy: $orderBy)
      @connection(key: "hours_list_hourEntries", filters: ["filter", "orderBy"]) {
      __id
      totalCount
      edges {
        cursor
        node {
          id
          ...hours_entry
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;

export const Both = graphql`
  fragment hours_bothWays on Organization
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  )
  @refetchable(queryName: "hoursBothWaysQuery") {
    hourEntries(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "hours_bothWays_hourEntries") {
      edges {
        node {
          id
        }
      }
    }
  }
`;

export const Screen = graphql`
  query hoursScreenQuery($slug: String!, $filter: HourEntryFilter) {
    organization(slug: $slug) {
      id
      ...hours_list @arguments(filter: $filter)
    }
    viewer {
      ...hours_viewer
    }
  }
`;

export const ViewerFragment = graphql`
  fragment hours_viewer on Viewer @refetchable(queryName: "hoursViewerQuery") {
    user {
      id
      email
    }
    memberships {
      role
    }
  }
`;

export const Node = graphql`
  query hoursNodeQuery($id: ID!, $ids: [ID!]!) {
    node(id: $id) {
      __typename
      id
      ... on HourEntry {
        ...hours_entry @arguments(withPeople: false) @alias(as: "entry")
      }
      ... on Organization {
        slug
      }
    }
    nodes(ids: $ids) {
      id
    }
  }
`;

export const Create = graphql`
  mutation hoursCreateMutation($input: CreateHourEntryInput!, $connections: [ID!]!) @raw_response_type {
    createHourEntry(input: $input) {
      hourEntry @prependNode(connections: $connections, edgeTypeName: "HourEntryEdge") {
        ...hours_entry
      }
      userErrors {
        code
        message
        path
        rule
      }
    }
  }
`;

export const Approve = graphql`
  mutation hoursApproveMutation($input: ApproveHourEntriesInput!) {
    approveHourEntries(input: $input) {
      results {
        hourEntry {
          id
          status
          version
        }
        userErrors {
          code
          message
        }
      }
    }
  }
`;

export const Remove = graphql`
  mutation hoursDeleteMutation($input: DeleteHourEntryInput!, $connections: [ID!]!) {
    deleteHourEntry(input: $input) {
      deletedHourEntryId @deleteRecord @deleteEdge(connections: $connections)
      userErrors {
        code
      }
    }
  }
`;

export const Changed = graphql`
  subscription hoursChangedSubscription($organizationId: ID!, $projectId: ID) {
    hourEntryChanged(organizationId: $organizationId, projectId: $projectId) {
      event
      id
      hourEntry {
        ...hours_entry
      }
    }
  }
`;

// What may be null is said where it is used.
export const Required = graphql`
  fragment hours_required on HourEntry {
    volunteer @required(action: LOG) {
      displayName
    }
    project @required(action: NONE) {
      title
      territory {
        code
        name
      }
    }
  }
`;
