""" Contains all the data models used in inputs/outputs """

from .batch_request import BatchRequest
from .batch_results import BatchResults
from .batch_results_results_item import BatchResultsResultsItem
from .batch_results_results_item_recommendations_item import BatchResultsResultsItemRecommendationsItem
from .delete_items_request import DeleteItemsRequest
from .get_model_file_file import GetModelFileFile
from .get_model_file_response_200 import GetModelFileResponse200
from .get_model_file_response_206 import GetModelFileResponse206
from .interactions_received import InteractionsReceived
from .interactions_received_rejected_item import InteractionsReceivedRejectedItem
from .interactions_request import InteractionsRequest
from .interactions_request_events_item import InteractionsRequestEventsItem
from .interactions_request_events_item_products_item import InteractionsRequestEventsItemProductsItem
from .items_deleted import ItemsDeleted
from .items_put import ItemsPut
from .items_put_rejected_item import ItemsPutRejectedItem
from .items_request import ItemsRequest
from .items_request_items_item import ItemsRequestItemsItem
from .items_request_items_item_columns import ItemsRequestItemsItemColumns
from .list_columns_response_200 import ListColumnsResponse200
from .list_columns_response_200_columns_item import ListColumnsResponse200ColumnsItem
from .list_items_response_200 import ListItemsResponse200
from .list_items_response_200_items_item import ListItemsResponse200ItemsItem
from .merge_request import MergeRequest
from .merge_visitor_response_200 import MergeVisitorResponse200
from .popular_items import PopularItems
from .popular_items_items_item import PopularItemsItemsItem
from .problem import Problem
from .problem_code import ProblemCode
from .problem_errors_item import ProblemErrorsItem
from .recommend_request import RecommendRequest
from .recommend_request_filter import RecommendRequestFilter
from .recommendations import Recommendations
from .recommendations_because_item import RecommendationsBecauseItem
from .recommendations_because_item_recommendations_item import RecommendationsBecauseItemRecommendationsItem
from .recommendations_model_type import RecommendationsModelType
from .recommendations_placement import RecommendationsPlacement
from .recommendations_recommendations_item import RecommendationsRecommendationsItem
from .trending_items import TrendingItems
from .trending_items_items_item import TrendingItemsItemsItem

__all__ = (
    "BatchRequest",
    "BatchResults",
    "BatchResultsResultsItem",
    "BatchResultsResultsItemRecommendationsItem",
    "DeleteItemsRequest",
    "GetModelFileFile",
    "GetModelFileResponse200",
    "GetModelFileResponse206",
    "InteractionsReceived",
    "InteractionsReceivedRejectedItem",
    "InteractionsRequest",
    "InteractionsRequestEventsItem",
    "InteractionsRequestEventsItemProductsItem",
    "ItemsDeleted",
    "ItemsPut",
    "ItemsPutRejectedItem",
    "ItemsRequest",
    "ItemsRequestItemsItem",
    "ItemsRequestItemsItemColumns",
    "ListColumnsResponse200",
    "ListColumnsResponse200ColumnsItem",
    "ListItemsResponse200",
    "ListItemsResponse200ItemsItem",
    "MergeRequest",
    "MergeVisitorResponse200",
    "PopularItems",
    "PopularItemsItemsItem",
    "Problem",
    "ProblemCode",
    "ProblemErrorsItem",
    "Recommendations",
    "RecommendationsBecauseItem",
    "RecommendationsBecauseItemRecommendationsItem",
    "RecommendationsModelType",
    "RecommendationsPlacement",
    "RecommendationsRecommendationsItem",
    "RecommendRequest",
    "RecommendRequestFilter",
    "TrendingItems",
    "TrendingItemsItemsItem",
)
